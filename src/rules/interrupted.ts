import type { Rule } from './rule.ts';
import { seconds } from './wording.ts';

export const interrupted: Rule = {
  id: 'interrupted',
  title: 'Did the run come to its end?',
  outcome: 'inconclusive',
  reason: 'interrupted',
  evaluate: ({ interrupted: by, phases, durationMs }) => {
    if (by === null) return undefined;
    const during = phases.at(-1)?.name;
    return {
      message: `The run was interrupted by ${by} after ${seconds(durationMs ?? 0)}${during ? `, in phase "${during}"` : ''}.`,
    };
  },
};
