/** The threads of pools, and which of them are at work. */
import type { Dump, Frame, Thread } from '../evidence/schema.ts';
import { isFrame } from './frames.ts';
import { findLoopThread } from './loop-thread.ts';

/** How asyncio names the threads of its default executor. */
export const defaultExecutor = /^(asyncio|uvloop)_\d+$/;

/** The threads that wait for work, or do it, in a pool. One that a whole event loop runs in serves everything. */
export function poolThreads(dumps: readonly Dump[]): { readonly pid: number; readonly tid: number }[] {
  return dumps.flatMap(({ pid, threads }) => {
    const loop = findLoopThread(threads, pid);
    return threads
      .filter((thread) => thread !== loop && (isPoolWorker(thread) || isAnyioWorker(thread)))
      .flatMap(({ tid }) => (tid === null || tid === pid ? [] : [{ pid, tid }]));
  });
}

/** A thread of a `ThreadPoolExecutor`. */
export function isPoolWorker({ frames }: Thread): boolean {
  return frames.some(isExecutorLoop);
}

/** A thread that anyio, and so Starlette and FastAPI, runs synchronous functions in. */
export function isAnyioWorker({ frames }: Thread): boolean {
  return frames.some(isAnyioLoop);
}

/** Inside a task, and not waiting for the next. */
export function isBusyWorker({ frames }: Thread): boolean {
  const at = frames.findIndex((frame) => isExecutorLoop(frame) || isAnyioLoop(frame));
  return at > 0 && !isFrame(frames[at - 1], 'get', 'queue.py');
}

function isExecutorLoop(frame: Frame): boolean {
  return isFrame(frame, '_worker', 'concurrent/futures/thread.py');
}

function isAnyioLoop(frame: Frame): boolean {
  return isFrame(frame, 'run', 'anyio/_backends/_asyncio.py');
}
