import type { Finding } from '../../rules/rule.ts';
import { excerptOf } from '../excerpt.ts';
import { code, fenced, link, sentence } from '../markdown.ts';
import { pageLink } from '../page-link.ts';
import type { Report } from '../reporter.ts';
import { cut } from '../text.ts';
import type { Part } from './parts.ts';

/** With these the verdict fits on any page, whatever the backend names its functions. */
const longestMessage = 4_000;
const longestName = 400;
const longestSourceLine = 200;
const mostRemarks = 10;

export const verdictMarks = { pass: '✅', fail: '❌', inconclusive: '⚠️' } as const;

/** What happened, where, and what to do about it. */
export function verdict(report: Report): Part {
  const { result } = report;
  const decisive = result.findings.find(({ level }) => level === 'error');
  const text = [
    `## ${verdictMarks[result.verdict]} hang-gate: ${result.verdict}, ${result.reason}`,
    sentence(cut(result.message, longestMessage)),
    ...culprit(report),
    ...(decisive?.fix ? [`**Fix:** ${sentence(decisive.fix)}`] : []),
    ...whereToLook(decisive, report),
  ].join('\n\n');
  return { what: 'the verdict', text };
}

/** What else was noticed. */
export function remarks(report: Report): Part[] {
  const others = report.result.findings.filter(({ level }) => level !== 'error');
  return others.slice(0, mostRemarks).map((finding) => ({
    what: `a ${finding.level} of ${finding.ruleId}`,
    text: `**${finding.level}:** ${sentence(cut(finding.message, longestMessage))} (${page(finding, report)})`,
  }));
}

function culprit({ evidence, result }: Report): string[] {
  if (!result.culprit) return [];
  const { file, line, function: name } = result.culprit;
  const lines = excerptOf(result.culprit, evidence).map(({ number, text, marked }) =>
    cut(`${marked ? '>' : ' '} ${String(number).padStart(4)} ${text}`, longestSourceLine),
  );
  return [
    `**${code(`${cut(file, longestName)}:${line}`)}** in ${code(cut(name, longestName))}`,
    ...(lines.length > 0 ? [fenced(lines, 'python')] : []),
  ];
}

/** One line of everything that leads further. */
function whereToLook(decisive: Finding | undefined, report: Report): string[] {
  const { links = {} } = report;
  const ways = [
    ...(links.report ? [link('open the report', links.report)] : []),
    ...(decisive ? [page(decisive, report)] : []),
    ...(links.artifact ? [link('all files of the report', links.artifact)] : []),
    ...(links.run ? [link('this run', links.run)] : []),
  ];
  return ways.length > 0 ? [`**More:** ${ways.join(' · ')}`] : [];
}

/** Its page, by a link where the address of this repository is known. */
function page(finding: Finding, report: Report): string {
  const address = pageLink(finding, report);
  return address === finding.page ? code(address) : link(`about ${finding.ruleId}`, address);
}
