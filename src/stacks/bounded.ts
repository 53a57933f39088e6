import type { Frame, Thread } from '../evidence/schema.ts';

const mostThreads = 2_000;
/** What stands at a stack's two ends tells what it does and what runs it. */
const innermost = 150;
const outermost = 50;
/** Of all threads of one dump; of more than that, each but the main thread shows only its ends. */
const mostFrames = 20_000;
const fewInnermost = 8;
const fewOutermost = 2;

/** The stacks of a process that has as many threads and frames as it likes, in a size that can be kept. */
export function bounded(threads: readonly Thread[], pid: number): Thread[] {
  const kept = threads.slice(0, mostThreads).map((thread) => shortened(thread, innermost, outermost));
  if (kept.reduce((sum, { frames }) => sum + frames.length, 0) <= mostFrames) return kept;
  return kept.map((thread) =>
    thread.tid === pid || thread.name === 'MainThread'
      ? thread
      : shortened(thread, fewInnermost, fewOutermost),
  );
}

function shortened(thread: Thread, first: number, last: number): Thread {
  const leftOut = thread.frames.length - first - last;
  // One more, which says it, must not make it longer.
  if (leftOut <= 1) return thread;
  const gap: Frame = { function: `… ${leftOut} frames left out`, file: '?', line: 0 };
  return { ...thread, frames: [...thread.frames.slice(0, first), gap, ...thread.frames.slice(-last)] };
}
