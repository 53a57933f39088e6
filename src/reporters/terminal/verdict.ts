/** The end of what is printed: the verdict, the line that caused it, and where to go from there. */
import { join, relative } from 'node:path';
import { hasFrames } from '../../analysis/has-frames.ts';
import { reportFiles } from '../../report-folder/report-folder.ts';
import type { Finding, Location } from '../../rules/rule.ts';
import { joined } from '../../rules/wording.ts';
import { baselineText } from '../baseline-text.ts';
import { excerptOf } from '../excerpt.ts';
import { marks, type Style } from '../marks.ts';
import { pageLink } from '../page-link.ts';
import type { Report } from '../reporter.ts';
import { columnsOf, harmless } from '../text.ts';
import type { Page } from './page.ts';

/** Of the backend's output, where no line of code explains the verdict. */
const logLines = 12;

export function printVerdict(page: Page, report: Report): void {
  const { result } = report;
  const { mark, style } = marks[result.verdict];
  page.line();
  page.line(
    page.paint(['bold', style].flat() as Style, `${mark} ${result.verdict.toUpperCase()} ${result.reason}`),
  );
  page.paragraph(result.message);
  const decisive = result.findings.find(({ level }) => level === 'error');
  if (decisive) printFinding(page, decisive, report);
}

/** Where the rest of the report is, by the names of its files. */
export function printReport(
  page: Page,
  { evidence, reportDir, links }: Report,
  names: readonly string[],
): void {
  // The rung that gave frames is the one that counts; others only listed threads.
  const filed = evidence.dumps.filter(({ files }) => files.length > 0);
  const framed = filed.filter(hasFrames);
  const sources = joined([...new Set((framed.length > 0 ? framed : filed).map(({ source }) => source))]);
  const dumps = filed.length > 0 ? [`dumps/ by ${harmless(sources)}`] : [];
  const earlier = evidence.earlier ? [`${reportFiles.firstAttempt}/`] : [];
  const files = [...Object.values(reportFiles).filter((name) => names.includes(name)), ...dumps, ...earlier];
  const html = names.includes(reportFiles.html) ? join(reportDir, reportFiles.html) : undefined;
  const toOpen = links?.report ?? html;
  page.line();
  if (toOpen) page.paragraph(`Open ${nearby(toOpen)}`);
  page.line(`  Report: ${nearby(reportDir)}`);
  if (files.length > 0)
    page.paragraph(files.map((name) => name.replaceAll(' ', '\u00a0')).join(', '), '          ');
}

/** Nothing where no baseline was given. */
export function printBaseline(page: Page, { result }: Report): void {
  if (!result.baseline) return;
  const { heading, sentences } = baselineText(result.baseline);
  page.line();
  page.paragraph(`${heading}:`);
  for (const sentence of sentences) page.paragraph(sentence, '    ');
}

/** What else was noticed, before the verdict, which is what is read. */
export function printRemarks(page: Page, report: Report): void {
  for (const finding of report.result.findings.filter(({ level }) => level !== 'error')) {
    page.line();
    page.paragraph(`${finding.level}: ${finding.message} (${pageLink(finding, report)})`);
  }
}

/** Where a line of code or the sentence itself says it all, the log would only distract. */
export function printLog(page: Page, { evidence, result }: Report): void {
  const { lastLogLines } = evidence.backend;
  const told = result.culprit !== null || lastLogLines.every((line) => result.message.includes(line.trim()));
  if (result.verdict === 'pass' || told || lastLogLines.length === 0) return;
  page.line();
  page.line('  Last lines of the backend:');
  for (const line of lastLogLines.slice(-logLines)) page.quoted(`  │ ${harmless(line)}`);
}

function printFinding(page: Page, finding: Finding, report: Report): void {
  const { location, fix } = finding;
  if (location) {
    page.line();
    printPlace(page, location);
    for (const { number, text, marked } of excerptOf(location, report.evidence)) {
      page.quoted(`  ${marked ? '>' : ' '} ${String(number).padStart(4)} │ ${harmless(text)}`, marked);
    }
  }
  page.line();
  if (fix) page.paragraph(`Fix: ${fix}`);
  page.paragraph(`See ${pageLink(finding, report)}`);
}

/** On two lines where one is too narrow for both. */
function printPlace(page: Page, { file, line, function: name }: Location): void {
  const [place, inside] = [harmless(`${file}:${line}`), `in ${harmless(name)}`];
  const fits = columnsOf(`  ${place} ${inside}`) <= page.width;
  page.line(`  ${page.paint('bold', place)}${fits ? ` ${inside}` : ''}`);
  if (!fits) page.line(`  ${inside}`);
}

function nearby(path: string): string {
  if (!path.startsWith('/')) return path;
  const shown = relative(process.cwd(), path);
  return shown.startsWith('..') ? path : shown || '.';
}
