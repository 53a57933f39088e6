import * as core from '@actions/core';
import type { Location } from '../../rules/rule.ts';
import { pageLink } from '../page-link.ts';
import type { Reporter } from '../reporter.ts';
import { harmless } from '../text.ts';

/** GitHub shows ten a step; three are what people read. */
const mostAnnotations = 3;

/** The verdict sentence on the culprit's line of the diff, then the warnings. */
export const annotations: Reporter = {
  name: 'annotations',
  report: (report) => {
    const { result } = report;
    if (result.verdict === 'pass' && result.reason !== 'known-findings') return;
    const decisive = result.findings.find(({ level }) => level === 'error');
    const fix = decisive?.fix ? ` Fix: ${decisive.fix}` : '';
    const page = decisive ? ` See ${pageLink(decisive, report)}` : '';
    const at = annotationPlace(result.culprit);
    if (result.verdict !== 'pass')
      core.error(harmless(result.message + fix + page), { title: `hang-gate: ${result.reason}`, ...at });
    const warnings = result.findings.filter(({ level }) => level === 'warning').slice(0, mostAnnotations - 1);
    for (const warning of warnings) {
      const place = warning.known ? annotationPlace(warning.location) : {};
      core.warning(harmless(`${warning.message} See ${pageLink(warning, report)}`), {
        title: `hang-gate: ${warning.ruleId}`,
        ...place,
      });
    }
  },
};

function annotationPlace(location: Location | null): { file?: string; startLine?: number } {
  return location ? { file: harmless(location.file), startLine: location.line } : {};
}
