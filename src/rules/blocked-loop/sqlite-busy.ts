import { hasCall, sqlExecution } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { BlockedLoopCause } from './cause.ts';
import { isQuery } from './database.ts';
import { whereOf } from './words.ts';

/** SQLite is the one database whose driver waits by sleeping: it asks again and again whether the file is unlocked. */
export const sqliteBusy: BlockedLoopCause = {
  id: 'sqlite-busy',
  title: 'SQLite waits for a locked database on the loop',
  needs: ['frames', 'wait channel', 'source line'],
  matches: (standstill) => standstill.wait === 'timer' && isStatement(standstill),
  explain: (standstill, evidence) => ({
    because: `a SQLite statement${whereOf(standstill, evidence)} holds the event loop until another connection releases its lock of the database file`,
    fix: 'Keep write transactions short and commit them before any `await`; use `aiosqlite` or `await asyncio.to_thread(…)`, a small `timeout`, and `PRAGMA journal_mode=WAL` so that readers and a writer do not shut each other out.',
  }),
};

function isStatement({ isInC, called, line = '' }: Standstill): boolean {
  return hasCall(called.slice(0, 1), sqlExecution) || (isInC && isQuery(line));
}
