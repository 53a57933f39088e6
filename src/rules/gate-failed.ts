import type { Rule } from './rule.ts';

/** The gate could not do its work; never the backend's fault. */
export const gateFailed: Rule = {
  id: 'gate-failed',
  title: 'Could the gate do its work?',
  outcome: 'inconclusive',
  reason: 'gate-failed',
  evaluate: ({ gateErrors }) => {
    const error = gateErrors.find(({ code }) => code !== 'left-behind');
    if (!error) return undefined;
    return error.code === 'port-in-use'
      ? { message: error.message, reason: 'port-in-use' }
      : { message: error.message };
  },
};
