import type { Block } from '../../analysis/block.ts';
import { isFrame } from '../../analysis/frames.ts';
import { framesOnLoop } from '../../analysis/loop-thread.ts';
import { busyPoolWorkers, type WaitedOn } from '../../analysis/waited-on.ts';
import type { Evidence } from '../../evidence/schema.ts';
import { counted, joined, libraryCall, place } from '../wording.ts';
import type { Cause } from './cause.ts';

/**
 * `ThreadPoolExecutor.shutdown(wait=True)` on the loop, most often hidden in the end of a `with` block: a client leaves,
 * the stream's generator is cancelled, and the block waits for worker threads that wait for the network.
 */
export const executorExit: Cause = {
  id: 'executor-exit',
  matches: (block) => shutdownAt(block) >= 0,
  explain: (block, evidence) => {
    const frames = framesOnLoop(block.loopThread);
    const isWithBlock = isFrame(frames[shutdownAt(block) + 1], '__exit__', 'concurrent/futures/_base.py');
    const where = block.culprit ? ` at ${place(block.culprit, evidence)}` : '';
    const subject = isWithBlock
      ? `leaving \`with ThreadPoolExecutor(…)\`${where} calls \`executor.shutdown(wait=True)\` on the event loop`
      : `\`executor.shutdown(wait=True)\`${where} runs on the event loop`;
    return { because: `${subject}, ${waitsFor(block, evidence)}`, fix: isWithBlock ? withFix : callFix };
  },
};

const finallyFix =
  'send work with `loop.run_in_executor(executor, …)`, cancel the pending futures when the client leaves, and end with `executor.shutdown(wait=False, cancel_futures=True)` in `finally`. Give every network call a short timeout, since running workers are abandoned and not stopped.';
const withFix = `Create the executor outside any \`with\` on the loop, ${finallyFix}`;
const callFix = `Do not wait for the pool on the loop: ${finallyFix}`;

function shutdownAt(block: Block): number {
  return framesOnLoop(block.loopThread).findIndex((frame) =>
    ['concurrent/futures/thread.py', 'concurrent/futures/process.py'].some((file) =>
      isFrame(frame, 'shutdown', file),
    ),
  );
}

function waitsFor(block: Block, evidence: Evidence): string {
  const groups = busyPoolWorkers(block.threads, block.loopThread);
  if (groups.length === 0) return 'which waits for its worker threads; none of them is visible in the dump';
  const workers = groups.flatMap(({ threads }) => threads);
  const pools = new Set(workers.map(({ name }) => name?.replace(/_\d+$/, '')));
  const places = joined(groups.slice(0, 2).map((group) => standing(group, workers.length, evidence)));
  return pools.size > 1
    ? `which waits for its worker threads; of ${workers.length} workers in ${pools.size} such pools, ${places}`
    : `which waits for ${counted(workers.length, 'worker thread')}, ${places}`;
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
