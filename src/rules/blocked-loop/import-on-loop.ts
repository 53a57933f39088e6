import { isApplicationFrame } from '../../analysis/frames.ts';
import { findCall, hasCall, importing } from '../../analysis/library-calls.ts';
import { place } from '../wording.ts';
import type { BlockedLoopCause } from './cause.ts';

/** A module is imported when the first request needs it, and what stands at its top level takes its time. */
export const importOnLoop: BlockedLoopCause = {
  id: 'import-on-loop',
  title: 'A module is imported on the loop',
  needs: ['frames'],
  matches: ({ frames }) => hasCall(frames, importing),
  explain: ({ frames }, evidence, rest) => {
    const importer = frames.slice(findCall(frames, importing)).find(isApplicationFrame);
    const by = importer ? ` at ${place(importer, evidence)} in \`${importer.function}\`` : '';
    const inner = rest();
    return {
      waitedOn: inner.waitedOn,
      because: `a module is imported on the event loop${by}; in it, ${inner.because}`,
      fix: 'Import it when the backend starts, at the top of the file, so that no request pays for it; and let no module do work that can wait at its top level.',
    };
  },
};
