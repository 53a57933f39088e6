import { reportFiles } from '../report-folder/report-folder.ts';
import { joined, seconds } from '../rules/wording.ts';
import { code, sentence, table } from './markdown.ts';
import { troublesOf } from './markdown-troubles.ts';
import type { Report, Reporter } from './reporter.ts';
import { besideBaseline } from './summary/baseline.ts';
import { latency } from './summary/latency.ts';
import { loopAccounting } from './summary/loops.ts';
import { fitting, type Part } from './summary/parts.ts';
import { foldedLog, foldedStacks } from './summary/stacks.ts';
import { remarks, verdict } from './summary/verdict.ts';
import { cut } from './text.ts';
import { triage } from './triage.ts';
import type { TriageRow } from './triage-row.ts';

const rowMarks: Readonly<Record<TriageRow['result'], string>> = {
  ok: '✅',
  bad: '❌',
  info: 'ℹ️',
  'not-done': '➖',
};

/** GitHub drops a summary over 1 MiB whole, and shows a long one slowly. */
const largestPageBytes = 180 * 1024;
const longestCell = 600;

/** `summary.md`, the page that a job shows on GitHub. */
export const summaryFile: Reporter = {
  name: 'summary',
  report: (report, files) => files.write(reportFiles.summary, renderSummary(report)),
};

/** The page as GitHub's Markdown: the verdict first, and what weighs least last. */
export function renderSummary(report: Report): string {
  const { evidence, result } = report;
  const decisive = result.findings.find(({ level }) => level === 'error');
  const { kept, leftOut } = fitting(
    [
      verdict(report),
      ...troublesOf(report).map((text) => ({ what: 'what the report lacks', text })),
      ...besideBaseline(report),
      ...remarks(report),
      checklist(report),
      ...latency(evidence),
      ...foldedStacks(evidence, decisive?.pid ?? null),
      ...loopAccounting(evidence),
      ...foldedLog(evidence),
    ],
    largestPageBytes,
  );
  return `${[...kept.map(({ text }) => text), ...missing(leftOut), footer(report)].join('\n\n')}\n`;
}

function checklist(report: Report): Part {
  const rows = triage(report).map(({ step, result, detail }) => [
    rowMarks[result],
    sentence(cut(step, longestCell)),
    sentence(cut(detail, longestCell)),
  ]);
  return { what: 'the table of checks', text: table(['', 'check', 'result'], rows) };
}

function missing(leftOut: readonly Part[]): string[] {
  if (leftOut.length === 0) return [];
  return [
    sentence(
      `Left out here for want of room: ${joined(leftOut.map(({ what }) => what))}. The report has them.`,
    ),
  ];
}

function footer({ evidence, result }: Report): string {
  const run = `hang-gate ${code(evidence.gate.version)} took ${seconds(result.durationMs)} over ${code(cut(evidence.plan.command, longestCell))}.`;
  return `<sub>${run} This page holds names of functions and files, a few source lines, the command line and the last lines of the log; no value of a variable and no environment.</sub>`;
}
