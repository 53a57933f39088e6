/** The run in a few lines of text, drawn to one scale. */
import { latencySeries, spansOf } from '../../analysis/spans.ts';
import type { Evidence } from '../../evidence/schema.ts';
import { seconds } from '../../rules/wording.ts';
import { sparkline, sparklineLegend } from '../sparkline.ts';
import { cut, harmless } from '../text.ts';
import { laneLegend, laneOf, lanesOf } from './lanes.ts';
import { columnAt, drawn, type Scale } from './scale.ts';

export interface TimelineRow {
  readonly kind: 'scale' | 'phases' | 'streams' | 'probes' | 'silence' | 'lane' | 'dumps' | 'legend';
  readonly label: string;
  readonly text: string;
}

const widestLabel = 14;
const streamBars = ['·', '▂', '▄', '▆', '█'] as const;

/** From the first probe to the last. Nothing without a probe: then nothing happened beside the phases. */
export function timeline(evidence: Evidence, width: number): TimelineRow[] {
  const spans = spansOf(evidence);
  const [first] = spans;
  if (!first) return [];
  const { lanes, omitted } = lanesOf(evidence);
  const paths = evidence.probeRoutes.map(({ path }) => path);
  const labels = ['streams', ...paths.map(harmless), ...lanes.map(({ pid }) => `pid ${pid}`)];
  const labelWidth = Math.min(widestLabel, Math.max(...labels.map(({ length }) => length)));
  const endMs = Math.max(...spans.map((span) => span.endMs), evidence.probingEndedMs ?? 0);
  const scale: Scale = { startMs: first.startMs, endMs, columns: Math.max(10, width - labelWidth - 2) };
  const row = (kind: TimelineRow['kind'], label: string, text: string): TimelineRow => ({
    kind,
    label: cut(harmless(label), labelWidth).padEnd(labelWidth),
    text,
  });
  return [
    row('scale', '', scaleText(scale)),
    row('phases', 'phases', phasesText(evidence, scale)),
    row('streams', 'streams', streamsText(evidence, scale)),
    ...paths.map((path) =>
      row(
        'probes',
        path,
        sparkline(latencySeries(scale, path, scale.columns, evidence), evidence.plan.deadlineMs),
      ),
    ),
    ...(evidence.silences.length > 0 ? [row('silence', 'silence', silenceText(evidence, scale))] : []),
    ...lanes.map((loop) => row('lane', `pid ${loop.pid}`, laneOf(loop, evidence, scale))),
    ...dumpsText(evidence, scale).map((text) => row('dumps', 'dumps', text)),
    row('legend', '', legend(evidence, lanes.length, omitted)),
  ];
}

function scaleText({ startMs, endMs, columns }: Scale): string {
  const [from, to] = [seconds(startMs), seconds(endMs)];
  return `${from}${to.padStart(columns - from.length)}`;
}

/** The name of each phase where it begins, as far as there is room until the next. */
function phasesText({ phases }: Evidence, scale: Scale): string {
  const shown = phases.filter(
    ({ startMs, durationMs }) => startMs + (durationMs ?? 0) > scale.startMs && startMs < scale.endMs,
  );
  const starts = shown.map(({ startMs }) => columnAt(startMs, scale));
  const texts = shown.map((phase, index) => {
    const name = harmless(phase.name);
    const room = (starts[index + 1] ?? scale.columns) - (starts[index] ?? 0);
    const short =
      [harmless(name), harmless(name.replace('wave ', ''))].find(({ length }) => length < room) ?? '';
    return room > 0 ? `│${short}`.padEnd(room) : '';
  });
  return texts.join('').trimEnd();
}

/** How many streams are open, of those that one wave opens. */
function streamsText({ streams, waves, plan }: Evidence, scale: Scale): string {
  return drawn(scale, (fromMs, toMs) => {
    if (waves.some(({ abortedMs }) => abortedMs !== null && abortedMs >= fromMs && abortedMs < toMs))
      return '┤';
    const open = streams.filter(
      ({ firstByteMs, endedMs }) =>
        firstByteMs !== null && firstByteMs < toMs && (endedMs ?? Number.POSITIVE_INFINITY) > fromMs,
    );
    const share = Math.min(1, open.length / Math.max(1, plan.clients));
    return streamBars[Math.ceil(share * (streamBars.length - 1))] ?? '·';
  });
}

function silenceText({ silences, probingEndedMs }: Evidence, scale: Scale): string {
  const until = (endMs: number | null) => endMs ?? probingEndedMs ?? scale.endMs;
  return drawn(scale, (fromMs, toMs) =>
    silences.some(({ startMs, endMs }) => startMs < toMs && until(endMs) > fromMs) ? '━' : '·',
  );
}

/** No line where none was taken meanwhile. */
function dumpsText({ dumps }: Evidence, scale: Scale): string[] {
  const text = drawn(scale, (fromMs, toMs) =>
    dumps.some(({ startMs }) => startMs >= fromMs && startMs < toMs) ? '▲' : '·',
  );
  return text.includes('▲') ? [text] : [];
}

function legend({ plan }: Evidence, lanes: number, omitted: number): string {
  const loops = lanes > 0 ? `; ${laneLegend}${omitted > 0 ? ` (${omitted} more like these)` : ''}` : '';
  const text = `probes: ${sparklineLegend(seconds(plan.deadlineMs))}; streams: █ all open, ┤ aborted${loops}`;
  // A mark stays beside what it stands for.
  return text.replace(/(\P{ASCII}|~) /gu, '$1\u00a0');
}
