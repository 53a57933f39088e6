/** What `output: verbose` prints beside the rest: the checks, the latencies, the loops and the stacks. */
import { hasFrames } from '../../analysis/has-frames.ts';
import { latencyIn, spansOf } from '../../analysis/spans.ts';
import { accounting } from '../../rules/accounting.ts';
import { seconds } from '../../rules/wording.ts';
import type { Report } from '../reporter.ts';
import { stackText } from '../stack-text.ts';
import { harmless } from '../text.ts';
import { triage } from '../triage.ts';
import type { TriageRow } from '../triage-row.ts';
import type { Page } from './page.ts';

const rowMarks: Readonly<Record<TriageRow['result'], string>> = {
  ok: '✓',
  bad: '✗',
  info: '·',
  'not-done': '–',
};

export function printDetails(page: Page, report: Report): void {
  printChecks(page, report);
  printLatencies(page, report);
  printLoops(page, report);
  printStacks(page, report);
}

function printChecks(page: Page, report: Report): void {
  page.line();
  page.line('  Checks:');
  for (const { step, result, detail } of triage(report))
    page.paragraph(`${rowMarks[result]} ${step}: ${detail}`, '    ');
}

function printLatencies(page: Page, { evidence }: Report): void {
  const spans = spansOf(evidence);
  if (spans.length === 0) return;
  page.line();
  page.line('  Latencies, median / slowest:');
  for (const span of spans) {
    for (const { path } of evidence.probeRoutes) {
      const { p50Ms, maxMs, unanswered } = latencyIn(span, path, evidence);
      if (p50Ms === null || maxMs === null) continue;
      const lost = unanswered > 0 ? `, ${unanswered} unanswered` : '';
      page.paragraph(`${span.name}, ${path}: ${seconds(p50Ms)} / ${seconds(maxMs)}${lost}`, '    ');
    }
  }
}

function printLoops(page: Page, { evidence }: Report): void {
  for (const { pid, samples, samplesAtSelector, stints } of evidence.loops) {
    const longest = stints.toSorted((a, b) => b.durationMs - a.durationMs)[0];
    if (samplesAtSelector === 0 || !longest) continue;
    page.line();
    page.paragraph(
      `The loop of pid ${pid} was at its selector in ${samplesAtSelector} of ${samples} samples; at the longest its thread ${accounting(longest)}.`,
    );
  }
}

/** The last dump of each process, whole. */
function printStacks(page: Page, { evidence }: Report): void {
  for (const series of Map.groupBy(evidence.dumps.filter(hasFrames), ({ pid }) => pid).values()) {
    const last = series.at(-1);
    if (!last) continue;
    page.line();
    page.paragraph(
      `Stacks of pid ${last.pid} at ${seconds(last.startMs)} (${last.trigger}, by ${last.source}):`,
    );
    for (const line of stackText(last, evidence)) page.quoted(`  │ ${harmless(line)}`.trimEnd());
  }
}
