import { byPlace } from '../../analysis/waited-on.ts';
import { libraryCall, place } from '../wording.ts';
import type { BlockedLoopCause } from './cause.ts';

/** Another thread runs C code that keeps the interpreter to itself: the loop has its events and cannot run. */
export const gilHeld: BlockedLoopCause = {
  id: 'gil-held',
  title: 'Another thread keeps the interpreter lock',
  needs: ['frames', 'wait channel'],
  matches: ({ block }) => block.gilHolder !== undefined,
  explain: ({ block: { culprit, calledThrough, gilHolder } }, evidence) => {
    const name = gilHolder?.name ? `thread "${gilHolder.name}"` : 'another thread';
    const at = culprit ? ` at ${place(culprit, evidence)} in \`${culprit.function}\`` : '';
    const call = calledThrough ? `, in a call of ${libraryCall(calledThrough)}` : '';
    return {
      because: `the event loop waits for the interpreter lock, which ${name} holds${at}${call}`,
      fix: 'Move this work into another process (`ProcessPoolExecutor`): a thread does not help while C code keeps the interpreter lock.',
      waitedOn: gilHolder && byPlace([gilHolder]),
    };
  },
};
