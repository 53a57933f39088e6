import type { AbortMode } from './abort-mode.ts';

/** The client is gone before the first byte of the answer: a double click, a cancelled fetch. */
export const early: AbortMode = {
  when: 'after-request',
  abort: ({ tcp }) => void tcp.resetAndDestroy(),
};
