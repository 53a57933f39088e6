import { bareName, isFrame } from '../../analysis/frames.ts';
import type { Frame } from '../../evidence/schema.ts';
import type { BlockedLoopCause } from './cause.ts';

/** An object is thrown away, on the loop, and its `__del__` or its `weakref.finalize` callback does not return. */
export const finalizer: BlockedLoopCause = {
  id: 'finalizer',
  title: 'A finalizer runs on the loop',
  needs: ['frames'],
  matches: ({ frames }) => frames.some(isFinalizer),
  explain: ({ frames }, _evidence, rest) => {
    const frame = frames.find(isFinalizer);
    const name = frame ? bareName(frame) : '__del__';
    const inner = rest();
    return {
      waitedOn: inner.waitedOn,
      because: `a finalizer, \`${name}\`, runs on the event loop, since the last reference to its object went away there; in it, ${inner.because}`,
      fix: 'Close the object explicitly, off the loop or with an asynchronous `aclose()`, and let the finalizer do nothing that can wait: nobody decides on which thread it runs.',
    };
  },
};

function isFinalizer(frame: Frame): boolean {
  return bareName(frame) === '__del__' || isFrame(frame, '__call__', 'weakref.py');
}
