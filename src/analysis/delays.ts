import type { Delay, Evidence } from '../evidence/schema.ts';
import { holdsOf } from './holds.ts';

/** How much of a span these take, each moment once. */
export function lostMs(startMs: number, endMs: number, delays: readonly Delay[]): number {
  let lost = 0;
  let countedMs = startMs;
  for (const delay of delays.toSorted((a, b) => a.startMs - b.startMs)) {
    const untilMs = Math.min(endMs, delay.startMs + delay.durationMs);
    lost += Math.max(0, untilMs - Math.max(countedMs, delay.startMs));
    countedMs = Math.max(countedMs, untilMs);
  }
  return lost;
}

/** Times that never count against the backend: the gate itself was not scheduled, or somebody kept a loop from running. */
export function excusesIn({ gate, loops }: Pick<Evidence, 'gate' | 'loops'>): Delay[] {
  return [...gate.delays, ...holdsOf({ loops })];
}
