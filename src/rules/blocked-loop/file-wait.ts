import type { Wait } from '../../analysis/wait-channels.ts';
import type { BlockedLoopCause } from './cause.ts';
import { lineOf, whereOf } from './words.ts';

/** What the kernel says the loop waits for; nothing else sleeps there. */
const words: Partial<Readonly<Record<Wait, string>>> = {
  'pipe-read': 'until somebody writes into a pipe',
  'full-pipe': 'until somebody reads from a pipe that is full',
  'fifo-open': 'until somebody opens the other end of a named pipe',
  'file-lock': 'until somebody releases the lock of a file',
  disk: 'until a disk or a network file system answers',
};

export const fileWait: BlockedLoopCause = {
  id: 'file-wait',
  title: 'A file, a pipe or a file lock is waited for on the loop',
  needs: ['frames', 'wait channel'],
  matches: ({ wait }) => wait !== undefined && words[wait] !== undefined,
  explain: (standstill, evidence) => ({
    because: `${lineOf(standstill) ?? 'a call'}${whereOf(standstill, evidence)} holds the event loop ${standstill.wait && words[standstill.wait]}`,
    fix: 'Do it off the loop with `await asyncio.to_thread(…)`; take file locks without waiting (`fcntl.LOCK_NB`) and try again after an `await asyncio.sleep(…)`; let the loop watch pipes (`loop.connect_read_pipe(…)`).',
  }),
};
