/** Who holds the lock that a loop waits for, by the source lines around the frames of the other threads. */
import type { Evidence, Frame, Thread } from '../evidence/schema.ts';
import type { Block } from './block.ts';
import { applicationFrame, isApplicationFrame, isFrame } from './frames.ts';
import { sourceAround } from './source.ts';

export interface LockHolder {
  readonly thread: Thread;
  /** The `with` that took the lock; `undefined` for a lock of a library. */
  readonly since: Frame | undefined;
  /** Where the thread stands. */
  readonly at: Frame;
}

/**
 * The one thread that stands inside a `with` of the lock that `line` takes, by the lines around its frames. `undefined`
 * when there is none or more than one: the name of a lock may stand for several.
 */
export function lockHolder(
  line: string,
  { threads, loopThread, culprit }: Block,
  sources: Evidence['sources'],
): LockHolder | undefined {
  const lock = /^with\s+([\w.]+)\s*:/.exec(line)?.[1] ?? /([\w.]+)\.acquire\(/.exec(line)?.[1];
  if (lock === undefined) return undefined;
  const holders = threads
    .filter((thread) => thread !== loopThread)
    .map((thread) => holderIn(thread, lock, sources))
    .filter((holder) => holder !== undefined)
    .filter(({ since }) => since?.file === culprit?.file);
  return holders.length === 1 ? holders[0] : undefined;
}

/** A logging handler is locked while it handles, so the one thread that stands deeper in one has the lock. */
export function handlerHolder({ threads, loopThread }: Block): LockHolder | undefined {
  const holders = threads.filter(({ frames }) => {
    const at = frames.findIndex((frame) => isFrame(frame, 'handle', 'logging/__init__.py'));
    return at > 0 && !isFrame(frames[at - 1], 'acquire', 'logging/__init__.py');
  });
  const [thread] = holders.filter((other) => other !== loopThread);
  const at = thread && applicationFrame(thread);
  return holders.length === 1 && thread && at ? { thread, at, since: undefined } : undefined;
}

function holderIn(thread: Thread, lock: string, sources: Evidence['sources']): LockHolder | undefined {
  const at = applicationFrame(thread);
  for (const frame of thread.frames.filter(isApplicationFrame)) {
    const line = enclosingWith(frame, lock, sources);
    if (at && line !== undefined) return { thread, at, since: { ...frame, line } };
  }
  return undefined;
}

/** The line of the nearest `with` of that lock whose block the frame stands in. */
function enclosingWith(frame: Frame, lock: string, sources: Evidence['sources']): number | undefined {
  const source = sourceAround(frame, sources);
  if (!source) return undefined;
  const own = source.lines[frame.line - source.firstLine] ?? '';
  let indent = own.search(/\S/);
  for (let line = frame.line - 1; line >= source.firstLine && indent > 0; line -= 1) {
    const text = source.lines[line - source.firstLine] ?? '';
    const at = text.search(/\S/);
    if (at < 0 || at >= indent) continue;
    indent = at;
    if (new RegExp(`^with\\s+${lock.replaceAll('.', '\\.')}\\s*:`).test(text.trim())) return line;
  }
  return undefined;
}
