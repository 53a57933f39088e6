import { hasCall, processPoolShutdown } from '../../analysis/library-calls.ts';
import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

/** The same as with threads, but the workers are processes, which this process's stacks do not show. */
export const processPoolExit: BlockedLoopCause = {
  id: 'process-pool-exit',
  title: 'A process pool is shut down on the loop',
  needs: ['frames'],
  matches: ({ frames }) => hasCall(frames, processPoolShutdown),
  explain: (standstill, evidence) => ({
    because: `a process pool is shut down${whereOf(standstill, evidence)} on the event loop, which waits until its worker processes have finished what they do`,
    fix: 'Keep one pool for the life of the backend, send work with `await loop.run_in_executor(pool, …)`, and shut it down after the loop has ended, or with `shutdown(wait=False, cancel_futures=True)`.',
  }),
};
