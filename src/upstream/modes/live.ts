import type { UpstreamMode } from '../mode.ts';

/** Everything is passed on, as without the gate. */
export const live: UpstreamMode = { booting: 'forward', streaming: 'forward' };
