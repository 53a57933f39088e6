import { hasCall, processJoin } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import { busyChildren } from '../../analysis/waited-on.ts';
import type { Evidence } from '../../evidence/schema.ts';
import { onlyOf, standings } from '../standings.ts';
import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

export const processJoinCause: BlockedLoopCause = {
  id: 'process-join',
  title: 'A process of `multiprocessing` is joined on the loop',
  needs: ['frames'],
  matches: ({ called }) => hasCall(called, processJoin),
  explain: (standstill, evidence) => ({
    because: `\`Process.join\`${whereOf(standstill, evidence)} holds the event loop until ${joinedProcess(standstill, evidence)}`,
    fix: 'Use `await loop.run_in_executor(ProcessPoolExecutor(…), …)`, or wait for the process off the loop with `await asyncio.to_thread(process.join)`, with a timeout.',
    waitedOn: onlyOf(busyChildren(standstill.block.pid, evidence)),
  }),
};

/** Named only where there is one that it can be. */
function joinedProcess({ block }: Standstill, evidence: Evidence): string {
  const groups = busyChildren(block.pid, evidence);
  const [only, ...others] = groups.flatMap(({ threads }) => threads);
  return only && others.length === 0
    ? `${only.name} ends, ${standings(groups, evidence)}`
    : 'another process ends, and which one is not known';
}
