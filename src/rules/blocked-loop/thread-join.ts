import { hasCall, threadJoin } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import { joinableThreads } from '../../analysis/waited-on.ts';
import type { Evidence } from '../../evidence/schema.ts';
import { named, onlyOf, standings } from '../standings.ts';
import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

export const threadJoinCause: BlockedLoopCause = {
  id: 'thread-join',
  title: 'A thread is joined on the loop',
  needs: ['frames'],
  matches: ({ called }) => hasCall(called, threadJoin),
  explain: (standstill, evidence) => ({
    because: `\`Thread.join\`${whereOf(standstill, evidence)} holds the event loop until ${joinedThread(standstill, evidence)}`,
    fix: 'Run the work with `await asyncio.to_thread(…)` instead of a thread of its own; where the thread is needed, join it off the loop: `await asyncio.to_thread(thread.join, 5)`.',
    waitedOn: onlyOf(joinableThreads(standstill.block.threads, standstill.block.loopThread)),
  }),
};

/** Python does not show which thread is joined, so it is named only where there is one that it can be. */
function joinedThread({ block }: Standstill, evidence: Evidence): string {
  const groups = joinableThreads(block.threads, block.loopThread);
  const threads = groups.flatMap((group) => group.threads);
  const [only] = threads;
  if (!only) return 'another thread ends, which the dump does not show';
  if (threads.length === 1) return `${named(only)} ends, ${standings(groups, evidence)}`;
  return `another thread ends, one of ${threads.length}; of these ${standings(groups, evidence)}`;
}
