import * as core from '@actions/core';
import type { Finding, Location } from '../../rules/rule.ts';
import { pageLink } from '../page-link.ts';
import type { Report, Reporter } from '../reporter.ts';
import { repositoryPlace } from '../repository-place.ts';
import { cut, harmless } from '../text.ts';

/** GitHub shows ten of each level a step; three are what people read. */
const mostAnnotations = 3;
/** The runner cuts the rest off, and with it where to read on. */
const longestMessage = 4_096;

const print = { error: core.error, warning: core.warning, notice: core.notice } as const;

interface Annotation {
  readonly level: keyof typeof print;
  readonly title: string;
  readonly message: string;
  readonly at: Location | undefined;
}

/** The verdict sentence on the culprit's line of the diff, then what else helps most. */
export const annotations: Reporter = {
  name: 'annotations',
  report: (report) => {
    for (const { level, title, message, at } of annotationsOf(report)) {
      const place = at ? { file: harmless(at.file), ...(at.line > 0 && { startLine: at.line }) } : {};
      print[level](message, { title: `hang-gate: ${title}`, ...place });
    }
  },
};

/** At most three, no two of them on one line: the culprit, for whom it waits, then warnings that have a place. */
export function annotationsOf(report: Report): Annotation[] {
  const { result } = report;
  if (result.verdict === 'pass' && result.reason !== 'known-findings') return [];
  const decisive = result.findings.find(({ level }) => level === 'error');
  const warnings = result.findings.filter(({ level }) => level === 'warning');
  const all = [
    // Where all of it is known, its findings are warnings.
    ...(result.verdict === 'pass' ? [] : [verdict(decisive, report)]),
    ...waitedOn(decisive, report),
    ...warnings.map((warning) => warningOf(warning, report)).sort((a, b) => Number(!a.at) - Number(!b.at)),
  ];
  return all
    .filter(
      ({ at }, index) =>
        !at || all.findIndex(({ at: other }) => other?.file === at.file && other.line === at.line) === index,
    )
    .slice(0, mostAnnotations);
}

function verdict(decisive: Finding | undefined, report: Report): Annotation {
  const { result, evidence } = report;
  const fix = decisive?.fix ? ` Fix: ${decisive.fix}` : '';
  const at = result.culprit ? repositoryPlace(result.culprit, evidence) : undefined;
  return { level: 'error', title: result.reason, message: text(result.message + fix, decisive, report), at };
}

/** Places only: the verdict has said how many stand there. */
function waitedOn(decisive: Finding | undefined, report: Report): Annotation[] {
  const { culprit } = report.result;
  const at = decisive?.waitedOn?.map((place) => repositoryPlace(place, report.evidence)) ?? [];
  const where = culprit ? `, which stands at ${culprit.file}:${culprit.line}` : '';
  const message = text(`The event loop${where}, waits for what runs here.`, decisive, report);
  return at
    .filter((place) => place !== undefined)
    .map((place) => ({ level: 'notice', title: 'waited for', message, at: place }));
}

function warningOf(warning: Finding, report: Report): Annotation {
  const at = warning.location ? repositoryPlace(warning.location, report.evidence) : undefined;
  return { level: 'warning', title: warning.ruleId, message: text(warning.message, warning, report), at };
}

function text(sentence: string, finding: Finding | undefined, report: Report): string {
  const page = finding ? ` See ${pageLink(finding, report)}` : '';
  return cut(harmless(sentence), longestMessage - page.length) + page;
}
