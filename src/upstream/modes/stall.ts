import type { UpstreamMode } from '../mode.ts';

/** From the first stream on, every host accepts and never answers: the network hang of production, on demand. */
export const stall: UpstreamMode = { booting: 'forward', streaming: 'hang' };
