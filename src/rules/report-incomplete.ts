import type { Rule } from './rule.ts';

/** A full disk takes away files and no verdict: what they would hold is in the evidence. */
export const reportIncomplete: Rule = {
  id: 'report-incomplete',
  title: 'Could the whole report be written?',
  outcome: 'inconclusive',
  reason: 'gate-failed',
  evaluate: ({ gateErrors }) => {
    const [error, ...others] = gateErrors.filter(({ code }) => code === 'report');
    if (!error) return undefined;
    const more =
      others.length > 0
        ? ` The same of ${others.length} more ${others.length === 1 ? 'file' : 'files'}.`
        : '';
    return { level: 'warning', message: error.message + more };
  },
};
