import { findLoopThread } from '../analysis/loop-thread.ts';
import type { Dump, Thread } from '../evidence/schema.ts';

/** A dump as text, the loop thread first. */
export function stackText({ pid, threads }: Dump): string[] {
  const loop = findLoopThread(threads, pid);
  const others = threads.filter((thread) => thread !== loop);
  return [...(loop ? [loop] : []), ...others].flatMap((thread) => threadText(thread, thread === loop));
}

function threadText({ tid, name, ownsGil, frames }: Thread, isLoop: boolean): string[] {
  const marks = [...(isLoop ? ['event loop'] : []), ...(ownsGil ? ['holds the GIL'] : [])];
  const head = `Thread ${tid ?? '?'}${name ? ` "${name}"` : ''}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
  return [head, ...frames.map((frame) => `    ${frame.function} (${frame.file}:${frame.line})`), ''];
}
