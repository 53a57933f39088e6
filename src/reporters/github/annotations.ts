import * as core from '@actions/core';
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
    if (result.verdict === 'pass') return;
    const decisive = result.findings.find(({ level }) => level === 'error');
    const fix = decisive?.fix ? ` Fix: ${decisive.fix}` : '';
    const page = decisive ? ` See ${pageLink(decisive, report)}` : '';
    const at = result.culprit ? { file: harmless(result.culprit.file), startLine: result.culprit.line } : {};
    core.error(harmless(result.message + fix + page), { title: `hang-gate: ${result.reason}`, ...at });
    const warnings = result.findings.filter(({ level }) => level === 'warning').slice(0, mostAnnotations - 1);
    for (const warning of warnings) {
      core.warning(harmless(`${warning.message} See ${pageLink(warning, report)}`), {
        title: `hang-gate: ${warning.ruleId}`,
      });
    }
  },
};
