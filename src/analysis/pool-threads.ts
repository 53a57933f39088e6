import type { Dump, Frame } from '../evidence/schema.ts';
import { isFrame } from './frames.ts';
import { findLoopThread } from './loop-thread.ts';

/** The functions in which the threads of a pool wait for work, and from which they do it. */
const poolFunctions: readonly (readonly [name: string, file: string])[] = [
  ['run', 'anyio/_backends/_asyncio.py'],
  ['_worker', 'concurrent/futures/thread.py'],
];

/** The threads that wait for work, or do it, in a pool. One that a whole event loop runs in serves everything. */
export function poolThreads(dumps: readonly Dump[]): { readonly pid: number; readonly tid: number }[] {
  return dumps.flatMap(({ pid, threads }) => {
    const loop = findLoopThread(threads, pid);
    return threads
      .filter((thread) => thread !== loop && thread.frames.some(isOfPool))
      .flatMap(({ tid }) => (tid === null || tid === pid ? [] : [{ pid, tid }]));
  });
}

function isOfPool(frame: Frame): boolean {
  return poolFunctions.some(([name, file]) => isFrame(frame, name, file));
}
