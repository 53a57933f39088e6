import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

/** Told by the line, or by `faulthandler`, which says of a thread that it collects; py-spy shows nothing of it. */
export const gc: BlockedLoopCause = {
  id: 'gc',
  title: 'The garbage collector runs on the loop',
  needs: ['frames', 'source line'],
  matches: ({ block, isInC, line = '' }) =>
    block.moments.every(({ collectsGarbage }) => collectsGarbage) || (isInC && /\bgc\.collect\(/.test(line)),
  explain: (standstill, evidence) => ({
    because: `the garbage collector runs${whereOf(standstill, evidence)} on the event loop and looks at every object that there is`,
    fix: 'Do not call `gc.collect()` in a request. Call `gc.freeze()` once the backend has loaded what it keeps, and raise `gc.set_threshold(…)`, so that each collection looks at less.',
  }),
};
