/** Each worker's loop as a lane of the timeline. */
import type { Evidence, LoopEvidence } from '../../evidence/schema.ts';
import { drawn, type Scale } from './scale.ts';

const mostLanes = 8;

/** The loops that served, the one that was away for longest first where there are too many for a terminal. */
export function lanesOf({ loops }: Evidence): { lanes: readonly LoopEvidence[]; omitted: number } {
  const served = loops.filter(({ samplesAtSelector }) => samplesAtSelector > 0);
  if (served.length <= mostLanes) return { lanes: served, omitted: 0 };
  const longest = ({ stints }: LoopEvidence) => Math.max(0, ...stints.map(({ durationMs }) => durationMs));
  const lanes = served.toSorted((a, b) => longest(b) - longest(a)).slice(0, mostLanes);
  return { lanes, omitted: served.length - lanes.length };
}

/** `·` comes back to its selector, `▒` away from it, `█` for the deadline, `~` without a processor; a space: gone. */
export function laneOf({ stints, goneMs }: LoopEvidence, { plan }: Evidence, scale: Scale): string {
  return drawn(scale, (fromMs, toMs) => {
    if (goneMs !== null && fromMs >= goneMs) return ' ';
    const here = stints.filter(({ startMs, durationMs }) => startMs < toMs && startMs + durationMs > fromMs);
    const starved = ({ queuedMs, durationMs }: (typeof here)[number]) => (queuedMs ?? 0) > durationMs / 2;
    if (here.some(starved)) return '~';
    if (here.some(({ durationMs }) => durationMs >= plan.deadlineMs)) return '█';
    return here.length > 0 ? '▒' : '·';
  });
}

export const laneLegend = 'loops: · free, ▒ away, █ for the deadline, ~ no processor';
