import { isFrame } from '../../analysis/frames.ts';
import { findCall, hasCall, threadPoolShutdown } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import { busyPoolWorkers } from '../../analysis/waited-on.ts';
import type { Evidence } from '../../evidence/schema.ts';
import { standings } from '../standings.ts';
import { counted, place } from '../wording.ts';
import type { BlockedLoopCause } from './cause.ts';

/**
 * `ThreadPoolExecutor.shutdown(wait=True)` on the loop, most often hidden in the end of a `with` block: a client leaves,
 * the stream's generator is cancelled, and the block waits for worker threads that wait for the network.
 */
export const executorExit: BlockedLoopCause = {
  id: 'executor-exit',
  title: 'A thread pool is shut down on the loop',
  needs: ['frames'],
  matches: ({ frames }) => hasCall(frames, threadPoolShutdown),
  explain: (standstill, evidence) => {
    const { frames, block } = standstill;
    const caller = frames[findCall(frames, threadPoolShutdown) + 1];
    const isWithBlock = isFrame(caller, '__exit__', 'concurrent/futures/_base.py');
    const where = block.culprit ? ` at ${place(block.culprit, evidence)}` : '';
    const subject = isWithBlock
      ? `leaving \`with ThreadPoolExecutor(…)\`${where} calls \`executor.shutdown(wait=True)\` on the event loop`
      : `\`executor.shutdown(wait=True)\`${where} runs on the event loop`;
    return {
      because: `${subject}, ${waitsFor(standstill, evidence)}`,
      fix: isWithBlock ? withFix : callFix,
      waitedOn: busyPoolWorkers(block.threads, block.loopThread),
    };
  },
};

const finallyFix =
  'send work with `loop.run_in_executor(executor, …)`, cancel the pending futures when the client leaves, and end with `executor.shutdown(wait=False, cancel_futures=True)` in `finally`. Give every network call a short timeout, since running workers are abandoned and not stopped.';
const withFix = `Create the executor outside any \`with\` on the loop, ${finallyFix}`;
const callFix = `Do not wait for the pool on the loop: ${finallyFix}`;

function waitsFor({ block }: Standstill, evidence: Evidence): string {
  const groups = busyPoolWorkers(block.threads, block.loopThread);
  if (groups.length === 0) return 'which waits for its worker threads; none of them is visible in the dump';
  const workers = groups.flatMap(({ threads }) => threads);
  const pools = new Set(workers.map(({ name }) => name?.replace(/_\d+$/, '')));
  return pools.size > 1
    ? `which waits for its worker threads; of ${workers.length} workers in ${pools.size} such pools, ${standings(groups, evidence)}`
    : `which waits for ${counted(workers.length, 'worker thread')}, ${standings(groups, evidence)}`;
}
