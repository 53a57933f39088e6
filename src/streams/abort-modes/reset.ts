import type { AbortMode } from './abort-mode.ts';

/** TCP reset: what a crashed tab, a killed app or an impatient load balancer sends. */
export const reset: AbortMode = {
  when: 'after-hold',
  abort: ({ tcp }) => void tcp.resetAndDestroy(),
};
