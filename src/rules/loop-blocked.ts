import { findBlocks } from '../analysis/block.ts';
import { dumpsSince, findMisses } from '../analysis/misses.ts';
import { causeOf } from './causes/index.ts';
import type { Rule } from './rule.ts';
import { describeSilence } from './silence.ts';
import { location } from './wording.ts';

/** A probe missed the deadline, and the loop thread stood at one place in every dump meanwhile. */
export const loopBlocked: Rule = {
  id: 'loop-blocked',
  title: 'Does the event loop come back?',
  outcome: 'fail',
  reason: 'loop-blocked',
  evaluate: (evidence) => {
    const misses = findMisses(evidence).filter(({ kind }) => kind !== 'server-error');
    if (misses.length === 0) return undefined;
    const block = findBlocks(dumpsSince(misses, evidence))[0];
    if (!block) return undefined;
    const { because, fix } = causeOf(block).explain(block, evidence);
    return {
      message: `${describeSilence(misses, evidence)}: ${because}.`,
      location: block.culprit ? location(block.culprit, evidence) : null,
      pid: block.pid,
      fix,
    };
  },
};
