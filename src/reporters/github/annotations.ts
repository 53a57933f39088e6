import * as core from '@actions/core';
import type { Reporter } from '../reporter.ts';
import { harmless } from '../text.ts';

/** GitHub shows ten a step; three are what people read. */
const mostAnnotations = 3;

/** The verdict sentence on the culprit's line of the diff, then the warnings. */
export const annotations: Reporter = {
  name: 'annotations',
  report: ({ result }) => {
    if (result.verdict === 'pass') return;
    const decisive = result.findings.find(({ level }) => level === 'error');
    const fix = decisive?.fix ? ` Fix: ${decisive.fix}` : '';
    const at = result.culprit ? { file: harmless(result.culprit.file), startLine: result.culprit.line } : {};
    core.error(harmless(result.message + fix), { title: `hang-gate: ${result.reason}`, ...at });
    const warnings = result.findings.filter(({ level }) => level === 'warning').slice(0, mostAnnotations - 1);
    for (const { message, ruleId } of warnings)
      core.warning(harmless(message), { title: `hang-gate: ${ruleId}` });
  },
};
