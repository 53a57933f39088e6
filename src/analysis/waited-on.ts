/** For whom a loop waits: the other threads that can end its wait, and where they stand. */
import type { Evidence, Frame, Thread } from '../evidence/schema.ts';
import { applicationFrame, isFrame } from './frames.ts';
import { hasFrames } from './has-frames.ts';
import { isLoopThread, withoutForker } from './loop-thread.ts';
import { defaultExecutor, isAnyioWorker, isBusyWorker, isPoolWorker } from './pool-threads.ts';

export interface WaitedOn {
  /** The place that most of the threads share; `undefined` when they stand in libraries only. */
  readonly at: Frame | undefined;
  /** The library frame that this place called, where there is one. */
  readonly calledThrough: Frame | undefined;
  /** Threads that stand there. */
  readonly threads: readonly Thread[];
}

/** The busy worker threads of thread pools, those at the same place together, largest group first. */
export function busyPoolWorkers(threads: readonly Thread[], waiter: Thread): WaitedOn[] {
  const workers = threads.filter(
    (thread) => thread !== waiter && isPoolWorker(thread) && isBusyWorker(thread),
  );
  // asyncio's own pool is never the one that a `with` block joins, unless no other is there.
  const named = workers.filter(({ name }) => !defaultExecutor.test(name ?? ''));
  return byPlace(named.length > 0 ? named : workers);
}

/** Threads that stand in application code and run no event loop, those at the same place together, largest group first. */
export function standingThreads(threads: readonly Thread[]): WaitedOn[] {
  return byPlace(threads.filter((thread) => applicationFrame(thread) && !isLoopThread(thread)));
}

/** Threads that were started for a purpose of their own, of which one may be the joined one. */
export function joinableThreads(threads: readonly Thread[], waiter: Thread): WaitedOn[] {
  return byPlace(
    threads.filter(
      (thread) =>
        thread !== waiter &&
        thread.frames.some((frame) => isFrame(frame, '_bootstrap', 'threading.py')) &&
        !isPoolWorker(thread) &&
        !isAnyioWorker(thread),
    ),
  );
}

/** The children of a process that are inside the application, as their main threads, without what they were forked with. */
export function busyChildren(
  pid: number,
  { processes, dumps }: Pick<Evidence, 'processes' | 'dumps'>,
): WaitedOn[] {
  const children = processes.filter(({ parentPid }) => parentPid === pid);
  return byPlace(
    children
      .map((child) => dumps.findLast((dump) => dump.pid === child.pid && hasFrames(dump)))
      .map((dump) => dump?.threads.find(({ tid }) => tid === dump.pid) ?? dump?.threads[0])
      .filter((thread) => thread !== undefined)
      .map((thread) => ({ ...thread, name: `pid ${thread.tid}`, frames: [...withoutForker(thread.frames)] }))
      .filter((thread) => applicationFrame(thread)),
  );
}

/** Other threads that are inside the application at the moment. */
export function threadsInApplication(threads: readonly Thread[], waiter: Thread): WaitedOn[] {
  return byPlace(threads.filter((thread) => thread !== waiter && applicationFrame(thread)));
}

/** Threads at the same place together, largest group first. */
export function byPlace(threads: readonly Thread[]): WaitedOn[] {
  const groups = Map.groupBy(threads, (thread) => {
    const frame = applicationFrame(thread);
    return frame ? `${frame.file}:${frame.function}` : '';
  });
  return [...groups.values()].map(describe).sort((a, b) => b.threads.length - a.threads.length);
}

function describe(threads: readonly Thread[]): WaitedOn {
  const frames = threads[0]?.frames ?? [];
  const at = threads[0] && applicationFrame(threads[0]);
  const index = at ? frames.indexOf(at) : -1;
  return { at, calledThrough: index > 0 ? frames[index - 1] : undefined, threads };
}
