import { findBlocks } from '../analysis/block.ts';
import { explainBlock } from './blocked-loop/index.ts';
import type { Rule } from './rule.ts';
import { placesOf } from './standings.ts';
import { location, seconds } from './wording.ts';

export const bootBlocked: Rule = {
  id: 'boot-blocked',
  title: 'Does the backend finish booting?',
  outcome: 'fail',
  reason: 'boot-blocked',
  evaluate: (evidence) => {
    if (evidence.backend.readyMs !== null) return undefined;
    const block = findBlocks(evidence.dumps.filter(({ trigger }) => trigger === 'boot')).find(
      ({ culprit }) => culprit,
    );
    if (!block?.culprit) return undefined;
    const { because, fix, waitedOn } = explainBlock(block, evidence);
    return {
      message: `The backend did not answer within ${seconds(evidence.plan.bootTimeoutMs)} of its start: ${because}.`,
      location: location(block.culprit, evidence),
      waitedOn: placesOf(waitedOn, evidence),
      pid: block.pid,
      fix,
    };
  },
};
