import { connection, hasCall } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

export const connect: BlockedLoopCause = {
  id: 'connect',
  title: 'A connection is made on the loop',
  needs: ['frames', 'wait channel', 'source line'],
  matches: (standstill) => hasCall(standstill.called.slice(0, 1), connection) || isConnectInC(standstill),
  explain: (standstill, evidence) => ({
    because: `a connection is made${whereOf(standstill, evidence)} on the event loop, and the other side neither takes nor refuses it`,
    fix: 'Connect with `await asyncio.open_connection(…)` or an asynchronous client, with a timeout of a few seconds: the kernel itself gives up only after minutes.',
  }),
};

function isConnectInC({ isInC, wait, line = '' }: Standstill): boolean {
  return isInC && (wait === 'socket' || wait === 'poll') && /\.connect(_ex)?\(/.test(line) && !isDriver(line);
}

/** `psycopg2.connect(…)` and the like open a session, of which the connection is only the beginning. */
function isDriver(line: string): boolean {
  return /\b(psycopg\w*|MySQLdb|pyodbc|cx_Oracle|pymssql)\b/.test(line);
}
