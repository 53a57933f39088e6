import type { UpstreamModeName } from '../../settings/schema.ts';
import type { UpstreamMode } from '../mode.ts';
import { live } from './live.ts';
import { stall } from './stall.ts';

export const upstreamModes: Readonly<Record<UpstreamModeName, UpstreamMode>> = { live, stall };
