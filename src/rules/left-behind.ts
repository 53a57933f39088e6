import type { Rule } from './rule.ts';

export const leftBehind: Rule = {
  id: 'left-behind',
  title: 'Is every process of the backend gone?',
  outcome: 'inconclusive',
  reason: 'gate-failed',
  evaluate: ({ gateErrors }) => {
    const error = gateErrors.find(({ code }) => code === 'left-behind');
    return error && { level: 'warning', message: error.message };
  },
};
