import { lostMs } from '../analysis/delays.ts';
import { machineTookMost } from '../analysis/machine.ts';
import { findExcused, findMisses } from '../analysis/misses.ts';
import { spanOf, wasStarved } from '../analysis/starvation.ts';
import type { Evidence } from '../evidence/schema.ts';
import { machineWords } from './machine-words.ts';
import type { Rule } from './rule.ts';
import { seconds } from './wording.ts';

/** The machine, not the backend, stood still. */
export const runnerStarved: Rule = {
  id: 'runner-starved',
  title: 'Did the machine give everybody their turn?',
  outcome: 'inconclusive',
  reason: 'runner-starved',
  evaluate: (evidence) => {
    const message = starving(evidence);
    return message === undefined
      ? undefined
      : {
          message: `${message}, so the machine was too busy to judge the backend.`,
          fix: 'Run the gate again, on a runner with less other work or more processors.',
          restsOnLatency: true,
        };
  },
};

function starving(evidence: Evidence): string | undefined {
  const misses = findMisses(evidence);
  if (misses.length > 0) {
    const { startMs, endMs } = spanOf(misses);
    const words = machineWords(startMs, endMs, evidence);
    if (wasStarved(misses, evidence)) {
      return `A probe missed the deadline while the event loop was ready to run and got no processor for most of the time${words}`;
    }
    return machineTookMost(startMs, endMs, evidence)
      ? `A probe missed the deadline while the backend was not given most of its processor time${words}`
      : undefined;
  }
  const late = findExcused(evidence);
  if (late.length === 0) return undefined;
  const { startMs, endMs } = spanOf(late);
  const { maxDelayMs, delays } = evidence.gate;
  return lostMs(startMs, endMs, delays) > 0
    ? `The gate itself stood still for up to ${seconds(maxDelayMs)}${machineWords(startMs, endMs, evidence)}`
    : undefined;
}
