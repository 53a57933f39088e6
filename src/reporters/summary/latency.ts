import { latencyIn, latencySeries, type Span, spansOf } from '../../analysis/spans.ts';
import type { Evidence } from '../../evidence/schema.ts';
import { seconds } from '../../rules/wording.ts';
import { code, sentence, table } from '../markdown.ts';
import { sparkline, sparklineLegend } from '../sparkline.ts';
import type { Part } from './parts.ts';

/** Rows of the table; the last waves are the telling ones. */
const mostSpans = 16;
const sparkMarks = 10;

/** A row a phase, a column a route: median, slowest and a drawing of both over the phase. Nothing without a probe. */
export function latency(evidence: Evidence): Part[] {
  const all = spansOf(evidence);
  if (all.length === 0) return [];
  const spans = [...all.slice(0, 1), ...all.slice(1).slice(-mostSpans)];
  const paths = evidence.probeRoutes.map(({ path }) => path);
  const rows = spans.map((span) => [
    sentence(span.name),
    noBreak(seconds(span.endMs - span.startMs)),
    ...paths.flatMap((path) => cells(span, path, evidence)),
  ]);
  const text = [
    '### Latency of the probes',
    table(['phase', 'lasted', ...paths.flatMap((path) => [code(path), 'median / slowest'])], rows),
    `<sub>Bars: ${sparklineLegend(seconds(evidence.plan.deadlineMs))}, on a logarithmic scale.${leftOut(all.length - spans.length)}</sub>`,
  ].join('\n\n');
  return [{ what: 'the table of latencies', text }];
}

function cells(span: Span, path: string, evidence: Evidence): [drawing: string, figures: string] {
  const { count, p50Ms, maxMs, unanswered } = latencyIn(span, path, evidence);
  const marks = Math.max(1, Math.min(sparkMarks, count));
  const drawing = sparkline(latencySeries(span, path, marks, evidence), evidence.plan.deadlineMs);
  if (p50Ms === null || maxMs === null) return [code(drawing), '–'];
  const figures = `${noBreak(seconds(p50Ms))} / ${noBreak(seconds(maxMs))}`;
  return [code(drawing), `${figures}${unanswered > 0 ? `, **${unanswered} unanswered**` : ''}`];
}

/** A cell that is too narrow breaks at the slash, never between a figure and its unit. */
function noBreak(text: string): string {
  return text.replace(' ', '\u00a0');
}

function leftOut(count: number): string {
  return count > 0 ? ` ${count} earlier rows are left out.` : '';
}
