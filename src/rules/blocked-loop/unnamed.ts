import type { Standstill } from '../../analysis/standstill.ts';
import type { Wait } from '../../analysis/wait-channels.ts';
import { libraryCall, place } from '../wording.ts';
import type { BlockedLoopCause } from './cause.ts';

/** The last of the table: says where the loop stands, and what keeps the gate from saying why. It does not guess. */
export const unnamed: BlockedLoopCause = {
  id: 'unnamed',
  title: 'The loop stands at one place for a reason that no other rule knows',
  needs: ['frames'],
  matches: () => true,
  explain: (standstill, evidence) => {
    const { culprit, calledThrough, loopThread } = standstill.block;
    if (culprit) {
      const call = calledThrough ? `, in a call of ${libraryCall(calledThrough)} that does not return` : '';
      return {
        because: `the event loop stands at ${place(culprit, evidence)} in \`${culprit.function}\`${call}${known(standstill)}`,
        fix: 'Await an asynchronous version of this call, or move it off the loop with `await asyncio.to_thread(…)` and give it a timeout.',
      };
    }
    const top = loopThread.frames[0];
    const where = top ? `in ${libraryCall(top)}` : 'outside Python code';
    return { because: `the event loop stands ${where}, with no frame of the application on it`, fix: null };
  },
};

const words: Readonly<Record<Wait, string>> = {
  lock: 'waits for a lock',
  timer: 'sleeps',
  poll: 'polls',
  socket: 'waits for a socket',
  'pipe-read': 'waits for data in a pipe',
  'full-pipe': 'waits for room in a pipe',
  'fifo-open': 'waits for the other end of a named pipe',
  'file-lock': 'waits for the lock of a file',
  child: 'waits for another process',
  disk: 'waits for a file system',
};

/** A call into C has no frame, so what is known of it is the kernel's word and the line. */
function known({ isInC, wait, isWaitHidden, line, computes }: Standstill): string {
  if (!isInC) return '';
  if (isWaitHidden && computes === undefined) {
    return ', in a call into C; what it waits for cannot be told, since the kernel does not show where threads sleep here';
  }
  const does = wait ? `, in a call into C that ${words[wait]}` : ', in a call into C';
  return line === undefined ? `${does}; its source line was not kept, which would tell more` : does;
}
