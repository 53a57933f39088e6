/** How the causes of a blocked loop name its place, and those that it waits for. */
import { hasCall, type LibraryCall } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { WaitedOn } from '../../analysis/waited-on.ts';
import type { Evidence, Thread } from '../../evidence/schema.ts';
import { joined, libraryCall, place } from '../wording.ts';

/** ` at app/news.py:12 in `read_news``, or that no line of the application is to blame. */
export function whereOf({ block: { culprit } }: Standstill, evidence: Evidence): string {
  return culprit
    ? ` at ${place(culprit, evidence)} in \`${culprit.function}\``
    : ', with no frame of the application on it,';
}

/** `` `get` (requests/api.py)``: the call that the culprit made, else the outermost of `calls`. */
export function callOf({ block, called }: Standstill, calls: readonly LibraryCall[]): string | undefined {
  const frame = block.calledThrough ?? called.findLast((each) => hasCall([each], calls));
  return frame && libraryCall(frame);
}

/** The call as it is written in the application's own line, such as `time.sleep(5)`, where it is short. */
export function lineOf({ line }: Standstill): string | undefined {
  const text = line?.replaceAll('`', "'");
  return text && text.length <= 80 ? `\`${text}\`` : undefined;
}

/** `which waits for 5 worker threads, all stand in `fetch` at app/news.py:31, in a call of `get` (requests/api.py)`. */
export function standings(groups: readonly WaitedOn[], evidence: Evidence): string {
  const total = groups.reduce((sum, { threads }) => sum + threads.length, 0);
  return joined(groups.slice(0, 2).map((group) => standing(group, total, evidence)));
}

/** Where the other threads are, when nothing says that one of them is waited for. */
export function othersInside(groups: readonly WaitedOn[], evidence: Evidence): string {
  const threads = groups.flatMap((group) => group.threads);
  const [only] = threads;
  return only && threads.length === 1
    ? `the only other one inside the application, ${named(only)}, ${standings(groups, evidence).replace(/^which /, '')}`
    : `of ${threads.length} others inside the application, ${standings(groups, evidence)}`;
}

function standing({ at, calledThrough, threads }: WaitedOn, total: number, evidence: Evidence): string {
  const share =
    threads.length < total
      ? `${threads.length} ${threads.length === 1 ? 'stands' : 'stand'}`
      : total > 1
        ? 'all stand'
        : 'which stands';
  if (!at) return `${share} in library code`;
  const through = calledThrough ? `, in a call of ${libraryCall(calledThrough)}` : '';
  return `${share} in \`${at.function}\` at ${place(at, evidence)}${through}`;
}

export function named({ name }: Thread): string {
  return name ? `thread "${name}"` : 'a thread';
}
