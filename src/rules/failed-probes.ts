import { findMisses } from '../analysis/misses.ts';
import type { Rule } from './rule.ts';
import { counted, routes } from './wording.ts';

/** Connections that failed in passing: no verdict, but somebody should know. */
export const failedProbes: Rule = {
  id: 'failed-probes',
  title: 'Did every connection work?',
  outcome: 'fail',
  reason: 'service-unresponsive',
  evaluate: (evidence) => {
    const failed = evidence.probes.filter(({ error }) => error !== null);
    if (failed.length === 0 || evidence.backend.exit !== null || findMisses(evidence).length > 0)
      return undefined;
    return {
      level: 'warning',
      message: `${counted(failed.length, 'probe')} of ${routes(failed.map(({ path }) => path))} failed at the connection (${failed[0]?.error}) but not for as long as the deadline.`,
    };
  },
};
