import { code, link, sentence } from '../../markdown.ts';
import { pageLink } from '../../page-link.ts';
import type { Report } from '../../reporter.ts';
import { verdictMarks } from '../../summary/verdict.ts';
import { cut } from '../../text.ts';
import { type Marker, markerText } from './marker.ts';

const longestMessage = 1_000;
const longestName = 200;

/** A few lines: verdict, culprit, and where to read on. */
export function commentBody(report: Report, marker: Marker, commentKey: string | undefined): string {
  const { result } = report;
  const which = commentKey === undefined ? '' : ` (${code(commentKey)})`;
  return [
    markerText(marker),
    `**${verdictMarks[result.verdict]} hang-gate${which}: ${result.verdict}, ${result.reason}**`,
    sentence(cut(result.message, longestMessage)),
    ...culprit(report),
    ways(report).join(' · '),
  ].join('\n\n');
}

function culprit({ result }: Report): string[] {
  if (!result.culprit) return [];
  const { file, line, function: name } = result.culprit;
  return [`${code(`${cut(file, longestName)}:${line}`)} in ${code(cut(name, longestName))}`];
}

function ways(report: Report): string[] {
  const { links = {}, result } = report;
  const decisive = result.findings.find(({ level }) => level === 'error');
  const page = decisive && pageLink(decisive, report);
  return [
    ...(links.report ? [link('open the report', links.report)] : []),
    ...(decisive && page !== undefined && page !== decisive.page
      ? [link(`about ${decisive.ruleId}`, page)]
      : []),
    ...(links.run ? [link('the run with its summary', links.run)] : []),
  ];
}
