import type { Stint } from '../evidence/schema.ts';

/** Shorter absences from the selector are ordinary work and are not kept. */
export const shortestKeptMs = 250;
const mostKept = 50;

/** Keeps the stint that is going on among the longest: a loop that stutters all the time may hang in the end. */
export function keepLongest(kept: Stint[], current: Stint): void {
  if (current.durationMs < shortestKeptMs || kept.at(-1) === current) return;
  if (kept.length >= mostKept) {
    const shortestMs = Math.min(...kept.map(({ durationMs }) => durationMs));
    if (current.durationMs <= shortestMs) return;
    kept.splice(
      kept.findIndex(({ durationMs }) => durationMs === shortestMs),
      1,
    );
  }
  kept.push(current);
}
