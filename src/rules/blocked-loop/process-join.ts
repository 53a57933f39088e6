import { hasCall, processJoin } from '../../analysis/library-calls.ts';
import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

export const processJoinCause: BlockedLoopCause = {
  id: 'process-join',
  title: 'A process of `multiprocessing` is joined on the loop',
  needs: ['frames'],
  matches: ({ called }) => hasCall(called, processJoin),
  explain: (standstill, evidence) => ({
    because: `\`Process.join\`${whereOf(standstill, evidence)} holds the event loop until that process ends`,
    fix: 'Use `await loop.run_in_executor(ProcessPoolExecutor(…), …)`, or wait for the process off the loop with `await asyncio.to_thread(process.join)`, with a timeout.',
  }),
};
