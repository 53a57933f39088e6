import { isApplicationFrame } from '../analysis/frames.ts';
import { findLoopThread } from '../analysis/loop-thread.ts';
import type { Dump, Evidence, Frame, Thread } from '../evidence/schema.ts';
import { libraryFile, place } from '../rules/wording.ts';

/** A dump as text, the loop thread first. */
export function stackText({ pid, threads }: Dump, evidence: Pick<Evidence, 'gate'>): string[] {
  const loop = findLoopThread(threads, pid);
  const others = threads.filter((thread) => thread !== loop);
  return [...(loop ? [loop] : []), ...others].flatMap((thread) =>
    threadText(thread, thread === loop, evidence),
  );
}

function threadText(
  { tid, name, ownsGil, frames }: Thread,
  isLoop: boolean,
  evidence: Pick<Evidence, 'gate'>,
): string[] {
  const marks = [...(isLoop ? ['event loop'] : []), ...(ownsGil ? ['holds the GIL'] : [])];
  const head = `Thread ${tid ?? '?'}${name ? ` "${name}"` : ''}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
  return [head, ...frames.map((frame) => `    ${frame.function} (${where(frame, evidence)})`), ''];
}

function where(frame: Frame, evidence: Pick<Evidence, 'gate'>): string {
  return isApplicationFrame(frame) ? place(frame, evidence) : `${libraryFile(frame.file)}:${frame.line}`;
}
