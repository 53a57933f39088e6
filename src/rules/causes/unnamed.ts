import { libraryCall, place } from '../wording.ts';
import type { Cause } from './cause.ts';

/** The last of the table: says where the loop stands and does not guess why. */
export const unnamed: Cause = {
  id: 'unnamed',
  matches: () => true,
  explain: ({ culprit, calledThrough, loopThread }, evidence) => {
    if (culprit) {
      const call = calledThrough ? `, in a call of ${libraryCall(calledThrough)} that does not return` : '';
      return {
        because: `the event loop stands at ${place(culprit, evidence)} in \`${culprit.function}\`${call}`,
        fix: 'Await an asynchronous version of this call, or move it off the loop with `await asyncio.to_thread(…)` and give it a timeout.',
      };
    }
    const top = loopThread.frames[0];
    const where = top ? `in ${libraryCall(top)}` : 'outside Python code';
    return { because: `the event loop stands ${where}, with no frame of the application on it`, fix: null };
  },
};
