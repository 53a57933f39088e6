import type { Miss } from '../analysis/misses.ts';
import type { Evidence } from '../evidence/schema.ts';
import { routes, seconds } from './wording.ts';

const abortWords: Readonly<Record<string, string>> = {
  reset: 'aborted by TCP reset',
  close: 'closed',
  early: 'aborted before the first byte',
};

/** `/` and `/health` did not answer for 5.0 s, since the streams of wave 1 were aborted … */
export function describeSilence(misses: readonly Miss[], evidence: Evidence): string {
  const startMs = Math.min(...misses.map(({ sentMs }) => sentMs));
  const longestMs = Math.max(...misses.map(({ waitedMs }) => waitedMs));
  const paths = misses.map(({ path }) => path).sort();
  return `${routes(paths)} did not answer for ${seconds(longestMs)}, ${since(startMs, evidence)}`;
}

/** A probe that was on its way when the streams were aborted is unanswered because of that, not of what was before. */
const onItsWayMs = 250;

/** What was being done to the backend when it fell silent. */
export function since(startMs: number, { waves }: Evidence): string {
  const wave = waves.findLast(({ openedMs }) => openedMs <= startMs);
  if (!wave) return 'before the first stream';
  if (wave.abortedMs !== null && wave.abortedMs <= startMs + onItsWayMs) {
    return `since the streams of wave ${wave.index} were ${abortWords[wave.abort] ?? wave.abort}`;
  }
  return wave.abort === 'early'
    ? `since the streams of wave ${wave.index} were ${abortWords['early']}`
    : `while the streams of wave ${wave.index} were open`;
}
