import type { Plan } from '../plan/plan.ts';
import type { Settings } from '../settings/schema.ts';
import type { PySpySearch } from '../stacks/py-spy-locate.ts';
import type { Python } from './python.ts';

/** `problem`: a run cannot do its work. `warning`: it can, in a way that the detail tells. */
export type Status = 'ok' | 'warning' | 'problem';

export interface CheckResult {
  readonly status: Status;
  /** What was found. */
  readonly detail: string;
  /** What to do about it; `null` where nothing is to be done. */
  readonly advice: string | null;
}

/** All that a check may look at. Searches that several checks need are made once. */
export interface CheckContext {
  readonly settings: Settings;
  /** Its command has no words when none was given. */
  readonly plan: Plan;
  /** Absolute. */
  readonly reportDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the backend would get of it. */
  readonly backendEnv: Readonly<Record<string, string>>;
  readonly platform: NodeJS.Platform;
  /** @throws {NoPython} when there is none that runs. */
  readonly python: () => Promise<Python>;
  /** @throws {GateError} when the `py-spy` setting names something unusable. */
  readonly pySpy: () => Promise<PySpySearch>;
}

/** One thing that a run needs. It leaves nothing behind: no file, no process, nothing installed. */
export interface Check {
  readonly id: string;
  /** At most nine letters. */
  readonly title: string;
  /** What it throws is shown as a problem. */
  readonly run: (context: CheckContext) => CheckResult | Promise<CheckResult>;
}

export function ok(detail: string): CheckResult {
  return { status: 'ok', detail, advice: null };
}

export function warning(detail: string, advice: string | null): CheckResult {
  return { status: 'warning', detail, advice };
}

export function problem(detail: string, advice: string | null): CheckResult {
  return { status: 'problem', detail, advice };
}
