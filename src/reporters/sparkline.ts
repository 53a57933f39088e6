import type { Latency } from '../analysis/spans.ts';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const unansweredMark = '×';
const noneMark = '·';
/** What the lowest bar stands for: on loopback nothing is notably faster. */
const lowestMs = 1;

/**
 * One mark an entry: a bar from 1 ms to the deadline on a logarithmic scale, since a hang is a thousand times as slow as
 * the answer before it; `×` for no answer, `·` for no probe.
 */
export function sparkline(series: readonly Latency[], deadlineMs: number): string {
  const range = Math.log(Math.max(deadlineMs, lowestMs * 2) / lowestMs);
  return series
    .map((entry) => {
      if (entry === 'unanswered') return unansweredMark;
      if (entry === 'none') return noneMark;
      const share = Math.log(Math.max(entry, lowestMs) / lowestMs) / range;
      return bars[Math.min(bars.length - 1, Math.floor(share * bars.length))];
    })
    .join('');
}

/** How to read {@link sparkline}; `deadline` as it is written elsewhere, such as `5.0 s`. */
export function sparklineLegend(deadline: string): string {
  return `${bars[0]} ${lowestMs} ms to ${bars.at(-1)} ${deadline}, ${unansweredMark} no answer`;
}
