import { findMisses, missedByOwnDelay } from '../analysis/misses.ts';
import { wasStarved } from '../analysis/starvation.ts';
import type { Rule } from './rule.ts';
import { seconds } from './wording.ts';

/** The machine, not the backend, stood still. */
export const runnerStarved: Rule = {
  id: 'runner-starved',
  title: 'Did the machine give everybody their turn?',
  outcome: 'inconclusive',
  reason: 'runner-starved',
  evaluate: (evidence) => {
    const fix = 'Run the gate again, on a runner with less other work or more processors.';
    const misses = findMisses(evidence);
    if (misses.length > 0 && wasStarved(misses, evidence)) {
      return {
        message:
          'A probe missed the deadline while the event loop was ready to run and got no processor for most of the time, so the machine was too busy to judge the backend.',
        fix,
        restsOnLatency: true,
      };
    }
    if (misses.length > 0 || !missedByOwnDelay(evidence)) return undefined;
    return {
      message: `The gate itself stood still for up to ${seconds(evidence.gate.maxDelayMs)}, so the machine was too busy to judge the backend.`,
      fix,
      restsOnLatency: true,
    };
  },
};
