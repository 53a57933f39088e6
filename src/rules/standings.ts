/** How those are named that somebody waits for: how many, where they stand, and in which call. */
import type { WaitedOn } from '../analysis/waited-on.ts';
import type { Evidence, Thread } from '../evidence/schema.ts';
import type { Location } from './rule.ts';
import { joined, libraryCall, location, place } from './wording.ts';

/** `which waits for 5 worker threads, all stand in `fetch` at app/news.py:31, in a call of `get` (requests/api.py)`. */
export function standings(groups: readonly WaitedOn[], evidence: Evidence): string {
  const total = groups.reduce((sum, { threads }) => sum + threads.length, 0);
  return joined(groups.slice(0, 2).map((group) => standing(group, total, evidence)));
}

/** The places that {@link standings} names, for the finding. */
export function placesOf(
  groups: readonly WaitedOn[] | undefined,
  evidence: Evidence,
): Location[] | undefined {
  return groups?.slice(0, 2).flatMap(({ at }) => (at ? [location(at, evidence)] : []));
}

/** Nobody where there are several threads of which any may be the one that is waited for. */
export function onlyOf(groups: readonly WaitedOn[]): readonly WaitedOn[] {
  return groups.length === 1 && groups[0]?.threads.length === 1 ? groups : [];
}

/** Where the other threads are, when nothing says that one of them is waited for. */
export function othersInside(groups: readonly WaitedOn[], evidence: Evidence): string {
  const threads = groups.flatMap((group) => group.threads);
  const [only] = threads;
  return only && threads.length === 1
    ? `the only other thread inside the application${only.name ? `, "${only.name}",` : ''} ${standings(groups, evidence).replace(/^which /, '')}`
    : `of ${threads.length} other threads inside the application, ${standings(groups, evidence)}`;
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
