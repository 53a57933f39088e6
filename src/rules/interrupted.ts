import type { Rule } from './rule.ts';
import { seconds } from './wording.ts';

export const interrupted: Rule = {
  id: 'interrupted',
  title: 'Did the run come to its end?',
  outcome: 'inconclusive',
  reason: 'interrupted',
  evaluate: ({ interrupted: by, phases, durationMs }) => {
    if (by === null && durationMs !== null) return undefined;
    // Stopping the backend is what an interruption leads to, not where it came.
    const during = phases.findLast(({ name }) => name !== 'stop' && name !== 'leave');
    const where = during ? `, in phase "${during.name}"` : '';
    // Evidence is kept as each phase begins; only a gate that was killed leaves it open.
    if (by === null)
      return { message: `The gate was killed after ${seconds(during?.startMs ?? 0)} or more${where}.` };
    return { message: `The run was interrupted by ${by} after ${seconds(durationMs ?? 0)}${where}.` };
  },
};
