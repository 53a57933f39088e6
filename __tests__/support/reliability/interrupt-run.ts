/** One run that is cut short, and what is promised of it. */
import type { ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ArtifactService } from '../runner/artifact-service.ts';
import { type RunningStep, runAction, type StepResult } from '../runner/run-action.ts';
import { type CommandRun, runCommand } from './command.ts';
import type { Interruption } from './interruption.ts';
import { leftoversOf } from './leftovers.ts';
import { newPlace, type Place, repository } from './place.ts';
import { readWritten, type Written } from './report.ts';

export interface InterruptOutcome {
  readonly interruption: Interruption;
  readonly atMs: number;
  /** Where it fell. */
  readonly phase: string;
  /** From the first signal to the end of the process; `null` when that came first, and for a kill. */
  readonly stoppedMs: number | null;
  readonly reason: string;
  /** Broken promises, each a phrase. */
  readonly wrong: readonly string[];
}

/** A cancelled step on GitHub is killed 10 s after its first signal. */
const longestStopMs = 9_500;

/** @param atMs When it is cut short; `null` leaves the run alone. */
export async function interruptRun(
  interruption: Interruption,
  python: string,
  atMs: number | null,
): Promise<{ outcome: InterruptOutcome; wallMs: number }> {
  using place = newPlace();
  const end = await (interruption.door === 'action' ? throughAction : throughCommand)(
    interruption,
    place,
    python,
    atMs,
  );
  const written = safely(() => readWritten(place.reportDir));
  const left = await leftoversOf(place, written.value?.evidence);
  const wrong = [
    ...end.wrong,
    ...left.map((what) => `left behind: ${what}`),
    ...(written.error
      ? [`unreadable report: ${written.error}`]
      : brokenReport(interruption, end, written.value)),
  ];
  const reason = (written.value?.result ?? written.value?.diagnosed)?.reason ?? 'none';
  const phase = phaseOf(written.value);
  return {
    outcome: { interruption, atMs: atMs ?? 0, phase, stoppedMs: end.stoppedMs, reason, wrong },
    wallMs: end.wallMs,
  };
}

interface End extends Pick<CommandRun, 'exitCode' | 'signal' | 'stoppedMs' | 'wallMs'> {
  readonly wrong: readonly string[];
}

async function throughCommand(
  { life, kind, signals, gapMs }: Interruption,
  place: Place,
  python: string,
  atMs: number | null,
): Promise<End> {
  const send = async (child: ChildProcess, exited: AbortSignal) => {
    if (atMs === null || !(await passes(atMs, exited))) return null;
    const signalledAt = performance.now();
    for (const signal of signals) {
      child.kill(signal);
      await passes(gapMs, exited);
    }
    return signalledAt;
  };
  const command = [python, join(place.workspace, `${life.fixture}.py`), '{port}'];
  const run = await runCommand({ ...place, settings: life.settings, command, meanwhile: send });
  if (kind === 'kill') {
    // The next start in that place: the shortest that there is.
    await runCommand({
      ...place,
      settings: { ...life.settings, 'report-dir': 'next' },
      command: ['false'],
    });
  }
  return { ...run, stoppedMs: kind === 'kill' ? null : run.stoppedMs, wrong: [] };
}

async function throughAction(
  { life, kind }: Interruption,
  place: Place,
  python: string,
  atMs: number | null,
): Promise<End> {
  // Slow, so that the upload is a part of the life that can be hit.
  await using service = await ArtifactService.start('slow');
  let signalledAt: number | null = null;
  const moment = async ({ exited }: RunningStep) => {
    if (await passes(atMs ?? Number.POSITIVE_INFINITY, exited)) signalledAt = performance.now();
  };
  const script = join(place.workspace, `${life.fixture}.py`);
  const step = await runAction({
    ...{ action: repository, workspace: place.workspace, runnerFolder: place.runnerFolder },
    programs: dirname(python),
    inputs: { ...life.settings, artifact: 'always', command: `'${python}' '${script}' {port}` },
    resultsUrl: service.url,
    ...(atMs !== null && { [kind === 'kill' ? 'killWhen' : 'cancelWhen']: moment }),
  });
  return {
    ...step,
    stoppedMs: kind === 'kill' || signalledAt === null ? null : (step.cancelled?.tookMs ?? null),
    wrong: brokenStep(step, kind),
  };
}

function brokenStep(step: StepResult, kind: Interruption['kind']): string[] {
  const { cancelled, leftBehind, orphans, temporaryFiles, post } = step;
  const wrong = [
    orphans.length > 0 && `the runner's last net ended ${orphans.join(', ')}`,
    temporaryFiles.length > 0 && `temporary files ${temporaryFiles.join(', ')}`,
    post?.exitCode !== 0 && `post ended with ${post?.exitCode}`,
    kind === 'cancellation' && leftBehind.length > 0 && `main left ${leftBehind.join(', ')}`,
    (cancelled?.signals.length ?? 0) > 1 && `it took ${cancelled?.signals.join(', ')}`,
  ];
  return wrong.filter((phrase) => phrase !== false);
}

/** The report is there as far as the run got, and says `interrupted` or the verdict that the run had come to. */
function brokenReport(
  { kind, door, life, signals }: Interruption,
  end: End,
  written: Written | undefined,
): string[] {
  const { evidence, result, diagnosed } = written ?? {};
  const reported = result ?? diagnosed;
  const isUnfinished = signals.length > 1 || (kind === 'kill' && door === 'command');
  const wrong = [
    reported &&
      !['interrupted', life.reason].includes(reported.reason) &&
      `it says ${reported.reason}: ${reported.message}`,
    evidence && !result && !isUnfinished && 'it saw something and gave no verdict',
    kind === 'cancellation' && end.signal === 'SIGKILL' && 'it had to be killed',
    end.exitCode !== null && ![130, life.exitCode].includes(end.exitCode) && `it exited with ${end.exitCode}`,
    kind === 'cancellation' && end.signal !== null && evidence && `it was ended by ${end.signal}`,
    (end.stoppedMs ?? 0) > longestStopMs && `it took ${end.stoppedMs?.toFixed(0)} ms to stop`,
  ];
  return wrong.filter((phrase) => typeof phrase === 'string');
}

function phaseOf(written: Written | undefined): string {
  if (!written?.evidence) return 'before there was a report';
  const reported = written.diagnosed;
  if (reported?.reason !== 'interrupted') return 'after the verdict';
  return (/in phase "([a-z]+)/.exec(reported.message)?.[1] ?? 'unknown').replace('wave', 'waves');
}

/** False when the process ended first. */
async function passes(ms: number, exited: AbortSignal): Promise<boolean> {
  const bounded = Math.min(ms, 2 ** 31 - 1);
  await sleep(bounded, undefined, { signal: exited }).catch(() => {});
  return !exited.aborted;
}

function safely<T>(work: () => T): { readonly value?: T; readonly error?: string } {
  try {
    return { value: work() };
  } catch (error) {
    return { error: error instanceof Error ? error.message.slice(0, 200) : String(error) };
  }
}
