import { handlerLock, hasCall } from '../../analysis/library-calls.ts';
import { handlerHolder, type LockHolder, lockHolder } from '../../analysis/lock-holder.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import { threadsInApplication } from '../../analysis/waited-on.ts';
import type { Evidence } from '../../evidence/schema.ts';
import { named, othersInside } from '../standings.ts';
import { place } from '../wording.ts';
import type { BlockedLoopCause } from './cause.ts';
import { lineOf, whereOf } from './words.ts';

export const lock: BlockedLoopCause = {
  id: 'lock',
  title: 'The loop waits for a lock of a thread',
  needs: ['frames', 'wait channel', 'source line'],
  matches: (standstill) => waitsForLock(standstill) || waitsForHandler(standstill),
  explain: (standstill, evidence) => {
    const owner = ownerOf(standstill, evidence);
    const what = waitsForHandler(standstill)
      ? 'the lock of a logging handler'
      : (lineOf(standstill) ?? 'a lock');
    return {
      because: `${what}${whereOf(standstill, evidence)} waits on the event loop${whom(owner, standstill, evidence)}`,
      fix: 'Hold the lock for moments only, never across a call that can wait; take it off the loop with `await asyncio.to_thread(…)`, or with a timeout. What only coroutines share needs an `asyncio.Lock`.',
      waitedOn: owner && [{ at: owner.at, calledThrough: undefined, threads: [owner.thread] }],
    };
  },
};

/** A lock is C: the kernel tells that it waits for one, and the line that it takes one. */
export function waitsForLock({ isInC, wait, line = '' }: Standstill): boolean {
  return isInC && wait === 'lock' && /^with\b|\.acquire\(/.test(line) && !/^async\b/.test(line);
}

function waitsForHandler({ called, wait }: Standstill): boolean {
  return wait === 'lock' && hasCall(called.slice(0, 1), handlerLock);
}

/** Python does not show who holds a lock; a thread that stands inside a `with` of the same lock does, or in a handler. */
function ownerOf(standstill: Standstill, { sources }: Evidence): LockHolder | undefined {
  const { block, line } = standstill;
  if (waitsForHandler(standstill)) return handlerHolder(block);
  return line === undefined ? undefined : lockHolder(line, block, sources);
}

function whom(owner: LockHolder | undefined, { block }: Standstill, evidence: Evidence): string {
  if (owner) {
    const since = owner.since ? ` since ${place(owner.since, evidence)}` : '';
    return ` for ${named(owner.thread)}, which holds it${since} and stands at ${place(owner.at, evidence)} in \`${owner.at.function}\``;
  }
  const others = threadsInApplication(block.threads, block.loopThread);
  return others.length === 0
    ? '; no stack shows who holds the lock'
    : `; which thread holds the lock is not known; ${othersInside(others, evidence)}`;
}
