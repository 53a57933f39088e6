import type { Rule } from './rule.ts';
import { seconds } from './wording.ts';

export const interrupted: Rule = {
  id: 'interrupted',
  title: 'Did the run come to its end?',
  outcome: 'inconclusive',
  reason: 'interrupted',
  evaluate: ({ interrupted: by, phases, durationMs }) => {
    if (by === null) return undefined;
    // Stopping the backend is what an interruption leads to, not where it came.
    const during = phases.findLast(({ name }) => name !== 'stop' && name !== 'leave')?.name;
    return {
      message: `The run was interrupted by ${by} after ${seconds(durationMs ?? 0)}${during ? `, in phase "${during}"` : ''}.`,
    };
  },
};
