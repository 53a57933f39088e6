import { defaultExecutor, isAnyioWorker, isBusyWorker, isPoolWorker } from '../../analysis/pool-threads.ts';
import { byPlace } from '../../analysis/waited-on.ts';
import type { Dump, Evidence, Thread } from '../../evidence/schema.ts';
import { standings } from '../standings.ts';
import type { FreeLoopCause } from './cause.ts';

/** anyio's limit, unless the application set another: then the gate cannot know it. */
const anyioThreads = 40;

/** Only pools whose size is known are said to be full; one that is busy may have room. */
export const threadPoolExhausted: FreeLoopCause = {
  id: 'thread-pool-exhausted',
  title: 'Every worker thread is taken',
  needs: ['frames'],
  explain: ({ dumps, isLoopFree }, evidence) => {
    if (!isLoopFree || dumps.length < 2) return undefined;
    const pool = pools(evidence).find(({ isMember, size }) =>
      dumps.some(({ pid }) =>
        dumps.filter((dump) => dump.pid === pid).every((dump) => busy(dump, isMember).length >= size),
      ),
    );
    const last = dumps.findLast((dump) => pool && busy(dump, pool.isMember).length >= pool.size);
    if (!pool || !last) return undefined;
    const workers = busy(last, pool.isMember);
    const groups = byPlace(workers);
    const [most] = groups;
    return {
      at: most && most.threads.length > workers.length / 2 ? most.at : undefined,
      because: `the event loop was free, but none of the ${workers.length} worker threads of ${pool.name} was: ${standings(groups, evidence)}, and the request waits for one of them`,
      fix: 'Give every call that these threads make a timeout, or await an asynchronous client instead. Synchronous work that may last belongs in a pool of its own, so that `def` routes and file responses still find a thread.',
    };
  },
};

interface Pool {
  readonly name: string;
  readonly size: number;
  isMember(thread: Thread): boolean;
}

function pools({ gate: { processors } }: Evidence): Pool[] {
  const anyio: Pool = {
    name: 'anyio (they run `def` routes and generators)',
    size: anyioThreads,
    isMember: isAnyioWorker,
  };
  if (processors === undefined) return [anyio];
  const executor: Pool = {
    name: "asyncio's default executor (they run `asyncio.to_thread`)",
    size: Math.min(32, processors + 4),
    isMember: (thread) => isPoolWorker(thread) && defaultExecutor.test(thread.name ?? ''),
  };
  return [anyio, executor];
}

function busy({ threads }: Dump, isMember: Pool['isMember']): Thread[] {
  return threads.filter((thread) => isMember(thread) && isBusyWorker(thread));
}
