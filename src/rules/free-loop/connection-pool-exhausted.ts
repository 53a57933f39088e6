import { isFrame } from '../../analysis/frames.ts';
import { connectionPool, findCall } from '../../analysis/library-calls.ts';
import { byPlace } from '../../analysis/waited-on.ts';
import type { Dump, Thread } from '../../evidence/schema.ts';
import { standings } from '../standings.ts';
import { counted, libraryFile } from '../wording.ts';
import type { FreeLoopCause } from './cause.ts';

/** What pools say when they give up; those of asynchronous clients can be told by this alone. */
const gaveUp =
  /QueuePool limit of size|\bPoolTimeout\b|PoolTimeoutError|couldn't get a connection after|No connection available/;

export const connectionPoolExhausted: FreeLoopCause = {
  id: 'connection-pool-exhausted',
  title: 'Every connection of a pool is taken',
  needs: ['frames', 'log'],
  explain: ({ dumps, isLoopFree, isBroken }, evidence) => {
    const said = evidence.backend.lastLogLines.find((line) => gaveUp.test(line));
    const waiters = dumps.length > 1 && dumps.every((dump) => waitersIn(dump).length > 0);
    if (isLoopFree && waiters) {
      const threads = waitersIn(dumps.at(-1) as Dump);
      const pool = poolOf(threads[0]);
      return {
        because: `${counted(threads.length, 'thread')} ${threads.length === 1 ? 'waits' : 'wait'} for a connection of a pool (${pool}) that has none left, ${standings(byPlace(threads), evidence)}`,
        fix,
      };
    }
    return said && (isLoopFree || isBroken)
      ? {
          because: `its log says that a pool of connections has none left: ${said.trim().slice(0, 200)}`,
          fix,
        }
      : undefined;
  },
};

const fix =
  'Give each connection back when the client leaves: hold it in a `with` or `async with` around the query alone, not around the whole stream. Give the pool a timeout, so that requests fail instead of hanging.';

function waitersIn({ threads }: Dump): Thread[] {
  return threads.filter(
    ({ frames }) => isFrame(frames[0], 'wait', 'threading.py') && findCall(frames, connectionPool) >= 0,
  );
}

function poolOf(thread: Thread | undefined): string {
  const frame = thread?.frames[findCall(thread.frames, connectionPool)];
  return frame ? libraryFile(frame.file) : 'unknown';
}
