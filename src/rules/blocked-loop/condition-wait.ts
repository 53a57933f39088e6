import { conditionWait, hasCall } from '../../analysis/library-calls.ts';
import { threadsInApplication } from '../../analysis/waited-on.ts';
import { othersInside } from '../standings.ts';
import type { BlockedLoopCause } from './cause.ts';
import { callOf, whereOf } from './words.ts';

export const conditionWaitCause: BlockedLoopCause = {
  id: 'condition-wait',
  title: 'An event, a queue or a condition of `threading` is waited for on the loop',
  needs: ['frames'],
  matches: ({ called }) => hasCall(called, conditionWait),
  explain: (standstill, evidence) => {
    const others = threadsInApplication(standstill.block.threads, standstill.block.loopThread);
    const whom =
      others.length === 0
        ? 'no other thread of this process is inside the application to do so'
        : `which thread is to do so is not known; ${othersInside(others, evidence)}`;
    return {
      because: `${callOf(standstill, conditionWait) ?? 'a wait'}${whereOf(standstill, evidence)} holds the event loop until somebody wakes it; ${whom}`,
      fix: 'Use the primitives of asyncio on the loop (`asyncio.Event`, `asyncio.Queue`, `asyncio.Condition`); let other threads wake it with `loop.call_soon_threadsafe(…)`, or wait with `await asyncio.to_thread(…)`.',
    };
  },
};
