import { join } from 'node:path';
import { hasFrames } from '../analysis/has-frames.ts';
import { summarizeLatency } from '../analysis/latency.ts';
import type { Dump, Evidence } from '../evidence/schema.ts';
import { reportFiles, writeWhole } from '../report-folder.ts';
import { accounting } from '../rules/accounting.ts';
import type { Finding } from '../rules/rule.ts';
import { seconds } from '../rules/wording.ts';
import { excerptOf } from './excerpt.ts';
import { code, details, fenced, sentence, table } from './markdown.ts';
import { troublesOf } from './markdown-troubles.ts';
import { pageLink } from './page-link.ts';
import type { Report, Reporter } from './reporter.ts';
import { stackText } from './stack-text.ts';
import { cut } from './text.ts';
import { type TriageRow, triage } from './triage.ts';
import { withinBudget } from './within-budget.ts';

const verdictMarks = { pass: '✅', fail: '❌', inconclusive: '⚠️' } as const;
const rowMarks: Readonly<Record<TriageRow['result'], string>> = {
  ok: '✅',
  bad: '❌',
  info: 'ℹ️',
  'not-done': '➖',
};

const longestDumpLines = 400;
const longestDumpLine = 300;
const mostDumps = 4;
/** Columns of the latency table; the last waves are the telling ones. */
const mostWaves = 8;

/** `summary.md`, the page that a job shows on GitHub. */
export const summaryFile: Reporter = {
  name: 'summary',
  report: async (report) => {
    await writeWhole(join(report.reportDir, reportFiles.summary), renderSummary(report));
  },
};

export function renderSummary(report: Report): string {
  const { evidence, result } = report;
  const parts = [
    `## ${verdictMarks[result.verdict]} hang-gate: ${result.verdict}, ${result.reason}`,
    sentence(result.message),
    ...troublesOf(report),
    ...culprit(report),
    table(
      ['', 'check', 'result'],
      triage(report).map(({ step, result: mark, detail }) => [
        rowMarks[mark],
        sentence(step),
        sentence(detail),
      ]),
    ),
    ...latency(evidence),
    ...loopAccounting(evidence),
    ...otherFindings(report),
    ...dumpsToShow(evidence).map((dump) => foldedDump(dump, evidence)),
    ...log(evidence),
    `<sub>hang-gate ${code(evidence.gate.version)} took ${seconds(result.durationMs)} over ${code(evidence.plan.command)}.</sub>`,
  ];
  return `${withinBudget(parts).join('\n\n')}\n`;
}

function culprit(report: Report): string[] {
  const { evidence, result } = report;
  const decisive = result.findings.find(({ level }) => level === 'error');
  const parts: string[] = [];
  if (result.culprit) {
    parts.push(
      `**${code(`${result.culprit.file}:${result.culprit.line}`)}** in ${code(result.culprit.function)}`,
    );
    const lines = excerptOf(result.culprit, evidence);
    if (lines.length > 0) {
      parts.push(
        fenced(
          lines.map(
            ({ number, text, marked }) => `${marked ? '>' : ' '} ${String(number).padStart(4)} ${text}`,
          ),
          'python',
        ),
      );
    }
  }
  if (decisive?.fix) parts.push(`**Fix:** ${sentence(decisive.fix)}`);
  if (decisive) parts.push(`More about this: ${page(decisive, report)}`);
  return parts;
}

/** A row a route, a column a phase: median and slowest. Nothing when no probe was sent. */
function latency(evidence: Evidence): string[] {
  const measured = evidence.phases.filter(({ name }) => name === 'baseline' || name.startsWith('wave'));
  if (measured.length === 0) return [];
  const phases = [...measured.slice(0, 1), ...measured.slice(1).slice(-mostWaves)];
  const cell = (path: string, startMs: number, durationMs: number | null) => {
    const endMs = startMs + (durationMs ?? Number.POSITIVE_INFINITY);
    const probes = evidence.probes.filter(
      (probe) => probe.path === path && probe.sentMs >= startMs && probe.sentMs < endMs,
    );
    const { p50Ms, maxMs } = summarizeLatency(probes, evidence);
    if (p50Ms === null || maxMs === null) return '–';
    const unanswered = probes.filter(({ latencyMs }) => latencyMs === null).length;
    // A cell that is too narrow breaks at the slash, never between a figure and its unit.
    const [median, slowest] = [p50Ms, maxMs].map((value) => seconds(value).replace(' ', '\u00a0'));
    return `${median} / ${slowest}${unanswered > 0 ? `, **${unanswered} unanswered**` : ''}`;
  };
  const rows = table(
    ['median / slowest', ...phases.map(({ name }) => name)],
    evidence.probeRoutes.map(({ path }) => [
      code(path),
      ...phases.map(({ startMs, durationMs }) => cell(path, startMs, durationMs)),
    ]),
  );
  return ['### Latency of the probes', rows];
}

/** The kernel's numbers behind the verdict, so that a reader can check it. Nothing when no loop was followed. */
function loopAccounting({ loops }: Evidence): string[] {
  const followed = loops.filter(({ samplesAtSelector }) => samplesAtSelector > 0);
  if (followed.length === 0) return [];
  const rows = followed.map(({ pid, samples, samplesAtSelector, stints }) => {
    const longest = stints.toSorted((a, b) => b.durationMs - a.durationMs)[0];
    const away = longest ? sentence(`its thread ${accounting(longest)}`) : 'never for longer than a moment';
    return [`pid ${pid}`, `${samplesAtSelector} of ${samples}`, away];
  });
  return [
    '### Event loops',
    table(['process', 'samples at its selector', 'longest time away from it'], rows),
  ];
}

function otherFindings(report: Report): string[] {
  const others = report.result.findings.filter(({ level }) => level !== 'error');
  return others.map(
    (finding) => `**${finding.level}:** ${sentence(finding.message)} (${page(finding, report)})`,
  );
}

function page(finding: Finding, report: Report): string {
  const link = pageLink(finding, report);
  return link === finding.page ? code(link) : `[${code(finding.page)}](${link})`;
}

/** The last dump of each process: by then a block has shown that it lasts. */
function dumpsToShow({ dumps }: Evidence): Dump[] {
  const byPid = Map.groupBy(dumps.filter(hasFrames), ({ pid }) => pid);
  return [...byPid.values()].map((series) => series.at(-1) as Dump).slice(0, mostDumps);
}

function foldedDump(dump: Dump, evidence: Evidence): string {
  const lines = stackText(dump, evidence);
  const rest =
    lines.length > longestDumpLines ? [`… ${lines.length - longestDumpLines} more lines in the report`] : [];
  return details(
    `Stacks of pid ${dump.pid} at ${seconds(dump.startMs)} (${dump.trigger}, by ${dump.source})`,
    fenced([...lines.slice(0, longestDumpLines), ...rest].map((line) => cut(line, longestDumpLine))),
  );
}

function log({ backend }: Evidence): string[] {
  return backend.lastLogLines.length === 0
    ? []
    : [details('Last lines of the backend', fenced(backend.lastLogLines))];
}
