import { applicationFrame } from '../../analysis/frames.ts';
import { isLoopThread } from '../../analysis/loop-thread.ts';
import type { FreeLoopCause } from './cause.ts';

/** By exclusion: the loop is free, no thread is at work, every connection is accepted, and still no answer comes. */
export const lostAwait: FreeLoopCause = {
  id: 'lost-await',
  title: 'A request awaits what nobody completes',
  needs: ['frames', 'accept queue'],
  explain: ({ misses, dumps, isLoopFree, isBroken }, { acceptQueue }) => {
    const isIdle = dumps.every(({ threads }) =>
      // The loop's own thread may have been started by a file of the application.
      threads.every((thread) => isLoopThread(thread) || applicationFrame(thread) === undefined),
    );
    const startMs = Math.min(...misses.map(({ sentMs }) => sentMs));
    const isAccepted = acceptQueue.some(({ atMs, connections }) => atMs >= startMs && connections === 0);
    if (isBroken || !isLoopFree || dumps.length < 2 || !isIdle || !isAccepted) return undefined;
    return {
      byExclusion: true,
      because:
        'the event loop was free and no thread was inside the application, so the request awaits something that nobody completes: an `asyncio.Lock` or a slot that an aborted stream did not give back, a queue, a future, or a connection of an asynchronous pool',
      fix: 'Hold locks, semaphores and connections in `async with`, so that the cancellation of a stream gives them back, and put `asyncio.timeout(…)` around every wait for another task.',
    };
  },
};
