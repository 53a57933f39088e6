/** For whom a loop waits: the threads of the pool that it joins, and where they stand. */
import type { Frame, Thread } from '../evidence/schema.ts';
import { applicationFrame, isFrame } from './frames.ts';
import { isRunner } from './loop-thread.ts';

export interface WaitedOn {
  /** The place that most of the threads share; `undefined` when they stand in libraries only. */
  readonly at: Frame | undefined;
  /** The library frame that this place called, where there is one. */
  readonly calledThrough: Frame | undefined;
  /** Threads that stand there. */
  readonly threads: readonly Thread[];
}

/** asyncio's default executor; it is never the one that a `with` block joins, unless no other pool is there. */
const defaultExecutor = /^asyncio_\d+$/;

/** The busy worker threads of thread pools, those at the same place together, largest group first. */
export function busyPoolWorkers(threads: readonly Thread[], waiter: Thread): WaitedOn[] {
  const workers = threads.filter((thread) => thread !== waiter && isBusyPoolWorker(thread));
  const named = workers.filter(({ name }) => !defaultExecutor.test(name ?? ''));
  return byPlace(named.length > 0 ? named : workers);
}

/** Threads that stand in application code and run no event loop, those at the same place together, largest group first. */
export function standingThreads(threads: readonly Thread[]): WaitedOn[] {
  return byPlace(threads.filter((thread) => applicationFrame(thread) && !thread.frames.some(isRunner)));
}

function byPlace(threads: readonly Thread[]): WaitedOn[] {
  const groups = Map.groupBy(threads, (thread) => {
    const frame = applicationFrame(thread);
    return frame ? `${frame.file}:${frame.function}` : '';
  });
  return [...groups.values()].map(describe).sort((a, b) => b.threads.length - a.threads.length);
}

function isBusyPoolWorker({ frames }: Thread): boolean {
  const worker = frames.findIndex((frame) => isFrame(frame, '_worker', 'concurrent/futures/thread.py'));
  return worker > 0;
}

function describe(threads: readonly Thread[]): WaitedOn {
  const frames = threads[0]?.frames ?? [];
  const at = threads[0] && applicationFrame(threads[0]);
  const index = at ? frames.indexOf(at) : -1;
  return { at, calledThrough: index > 0 ? frames[index - 1] : undefined, threads };
}
