import { futureResult, hasCall } from '../../analysis/library-calls.ts';
import { busyPoolWorkers } from '../../analysis/waited-on.ts';
import { standings } from '../standings.ts';
import { counted } from '../wording.ts';
import type { BlockedLoopCause } from './cause.ts';
import { callOf, whereOf } from './words.ts';

/** `Future.result()`, `executor.map`, `wait` or `as_completed` of `concurrent.futures`, waited for on the loop. */
export const futureResultCause: BlockedLoopCause = {
  id: 'future-result',
  title: 'The result of a pool is waited for on the loop',
  needs: ['frames'],
  matches: ({ called }) => hasCall(called, futureResult),
  explain: (standstill, evidence) => {
    const { block } = standstill;
    const groups = busyPoolWorkers(block.threads, block.loopThread);
    const total = groups.reduce((sum, { threads }) => sum + threads.length, 0);
    const whom =
      total === 0
        ? 'for a result that no worker thread of this process is at work on'
        : `for a result of ${counted(total, 'busy worker thread')}, ${standings(groups, evidence)}`;
    return {
      waitedOn: groups,
      because: `${callOf(standstill, futureResult) ?? '`Future.result`'}${whereOf(standstill, evidence)} waits on the event loop ${whom}`,
      fix: 'Await it: `await loop.run_in_executor(pool, …)`, or `await asyncio.wrap_future(future)` where the future is there already, with a timeout by `asyncio.timeout(…)`.',
    };
  },
};
