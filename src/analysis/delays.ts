import type { Delay } from '../evidence/schema.ts';

/** How much of a span the gate itself was not scheduled; such time never counts against the backend. */
export function lostMs(startMs: number, endMs: number, delays: readonly Delay[]): number {
  return delays
    .map((delay) => Math.min(endMs, delay.startMs + delay.durationMs) - Math.max(startMs, delay.startMs))
    .filter((overlapMs) => overlapMs > 0)
    .reduce((sum, overlapMs) => sum + overlapMs, 0);
}
