import { databaseDriver, hasCall } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { BlockedLoopCause } from './cause.ts';
import { callOf, lineOf, whereOf } from './words.ts';

export const database: BlockedLoopCause = {
  id: 'database',
  title: 'A synchronous database driver waits on the loop',
  needs: ['frames', 'wait channel', 'source line'],
  matches: (standstill) => hasCall(standstill.called, databaseDriver) || isQueryInC(standstill),
  explain: (standstill, evidence) => ({
    because: `the synchronous database call ${callOf(standstill, databaseDriver) ?? lineOf(standstill) ?? 'in C'}${whereOf(standstill, evidence)} holds the event loop until the server answers`,
    fix: "Use the driver's asynchronous side (asyncpg, `psycopg.AsyncConnection`, `redis.asyncio`, SQLAlchemy's `create_async_engine`), or move the call off the loop with `await asyncio.to_thread(…)`; and give connections and statements a timeout.",
  }),
};

/** Drivers in C show only the application's own line, and wait for the network like others. */
function isQueryInC({ isInC, wait, line = '' }: Standstill): boolean {
  return isInC && (wait === 'poll' || wait === 'socket') && isQuery(line);
}

export function isQuery(line: string): boolean {
  return /\.(execute(many|script)?|fetch(one|many|all)|commit|rollback)\(|\b(psycopg\w*|MySQLdb|pyodbc|cx_Oracle|pymssql)\.connect\(/.test(
    line,
  );
}
