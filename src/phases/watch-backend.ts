import { findStandingLoops } from '../analysis/standing.ts';
import { connectionsWaitingFor } from '../backend/port.ts';
import { LoopSampler } from '../loops/loop-sampler.ts';
import { StackWatch, type StackWatchOptions } from '../stacks/stack-watch.ts';
import type { Test } from './test.ts';

export interface WatchBackendOptions
  extends Pick<Test, 'plan' | 'recorder' | 'backend' | 'prober'>,
    Pick<StackWatchOptions, 'ladder' | 'workspaceFiles' | 'files' | 'sourceFolders'> {}

/** Ties together who notices a silence, or a loop that stands still, and who takes the stacks. */
export function watchBackend({
  plan,
  recorder,
  backend,
  prober,
  ...where
}: WatchBackendOptions): Pick<Test, 'watch' | 'sampler'> {
  const { evidence } = recorder;
  const watch: StackWatch = new StackWatch({
    ...where,
    recorder,
    listProcesses: () => backend.listProcesses(plan),
    countWaiting: () => connectionsWaitingFor(plan),
    onLoop: (pid, tid) => sampler.follow(pid, tid),
    onDump: (pid) => sampler.onDump(pid),
  });
  const sampler = new LoopSampler({
    recorder,
    deadlineMs: plan.deadlineMs,
    dumpAfterMs: plan.dumpAfterMs,
    onStanding: (pid) => watch.onStanding(pid),
    onTurnsAgain: (pid) => watch.onTurnsAgain(pid),
    // A probe that is silent by now misses its own deadline in a moment, and says more.
    isBlocked: (pid) =>
      evidence.silences.every(({ endMs }) => endMs !== null) &&
      findStandingLoops(evidence).some((loop) => loop.pid === pid),
  });
  prober.on('silent', (path, sinceMs) => watch.onSilent(path, sinceMs));
  prober.on('answers-again', (path, atMs) => watch.onAnswersAgain(path, atMs));
  return { watch, sampler };
}
