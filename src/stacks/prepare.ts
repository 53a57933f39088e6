import { GateError, messageOf } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../plan/plan.ts';
import type { StackShim } from './faulthandler/shim.ts';
import { StackLadder } from './ladder.ts';
import { locatePySpy } from './py-spy-locate.ts';
import type { StackSource } from './source.ts';
import { faulthandlerSource } from './sources/faulthandler.ts';
import { procSource } from './sources/proc.ts';
import { pySpySource, sudoPySpySource } from './sources/py-spy.ts';

export interface PrepareOptions {
  readonly plan: Plan;
  readonly recorder: Recorder;
  /** What the backend's Pythons will load; `undefined` when it could not be made. */
  readonly shim: StackShim | undefined;
  /** Told before something is installed. */
  readonly onInstall: (what: string) => void;
  /** Names a temporary folder, given how its path begins. */
  readonly claimFolder: (prefix: string) => string;
  /** Ends an installation. */
  readonly interrupt: AbortSignal;
}

/**
 * Finds the ways of taking stacks before the test begins, since a hang leaves no time to look for them. The one that sees
 * most comes first.
 * @throws {GateError} when the `py-spy` setting names something unusable.
 */
export async function prepareStackLadder(options: PrepareOptions): Promise<StackLadder> {
  const { recorder, shim } = options;
  const sources = await pySpySources(options);
  if (shim) sources.push(faulthandlerSource(shim.folder));
  return new StackLadder([...sources, procSource], recorder.evidence.stackSources);
}

async function pySpySources({
  plan,
  recorder,
  onInstall,
  claimFolder,
  interrupt,
}: PrepareOptions): Promise<StackSource[]> {
  const { stackSources } = recorder.evidence;
  if (plan.pySpy === 'off') {
    stackSources.push({ name: 'py-spy', usable: false, detail: 'switched off by the setting "py-spy"' });
    return [];
  }
  try {
    const { path, detail } = await locatePySpy({
      setting: plan.pySpy,
      command: plan.command,
      workingDirectory: plan.workingDirectory,
      env: process.env,
      onInstall,
      claimFolder,
      interrupt,
    });
    stackSources.push({ name: 'py-spy', usable: true, detail });
    return [pySpySource(path), sudoPySpySource(path)];
  } catch (error) {
    if (error instanceof GateError) throw error;
    stackSources.push({ name: 'py-spy', usable: false, detail: messageOf(error) });
    return [];
  }
}
