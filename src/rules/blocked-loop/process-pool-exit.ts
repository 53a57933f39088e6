import { hasCall, processPoolShutdown } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import { busyChildren } from '../../analysis/waited-on.ts';
import type { Evidence } from '../../evidence/schema.ts';
import { standings } from '../standings.ts';
import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

/** The same as with threads, but the workers are processes, with dumps of their own. */
export const processPoolExit: BlockedLoopCause = {
  id: 'process-pool-exit',
  title: 'A process pool is shut down on the loop',
  needs: ['frames'],
  matches: ({ frames }) => hasCall(frames, processPoolShutdown),
  explain: (standstill, evidence) => ({
    because: `a process pool is shut down${whereOf(standstill, evidence)} on the event loop, which waits until its worker processes have finished what they do${whatTheyDo(standstill, evidence)}`,
    fix: 'Keep one pool for the life of the backend, send work with `await loop.run_in_executor(pool, …)`, and shut it down after the loop has ended, or with `shutdown(wait=False, cancel_futures=True)`.',
  }),
};

function whatTheyDo({ block }: Standstill, evidence: Evidence): string {
  const groups = busyChildren(block.pid, evidence);
  const [only, ...others] = groups.flatMap(({ threads }) => threads);
  if (!only) return '';
  const where = standings(groups, evidence);
  return others.length === 0
    ? `; its child process ${only.name} ${where.replace(/^which /, '')}`
    : `; of ${others.length + 1} child processes inside the application, ${where}`;
}
