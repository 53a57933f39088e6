import { type ProcessProof, processProofs } from '../analysis/proof.ts';
import type { Evidence } from '../evidence/schema.ts';
import { whyNoStack } from './no-stack.ts';
import type { Rule } from './rule.ts';
import { joined } from './wording.ts';

/** A run is green only when every loop was seen free at its end. */
export const loopUnproven: Rule = {
  id: 'loop-unproven',
  title: 'Is every event loop free after the last wave?',
  outcome: 'inconclusive',
  reason: 'loop-unproven',
  evaluate: (evidence) => {
    const proofs = processProofs(evidence);
    const stuck = pidsWith('stuck', proofs);
    if (stuck.length > 0) {
      return {
        message: `Every probe was answered, but the event loop of ${joined(stuck)} was not seen free after the last wave.`,
      };
    }
    const unseen = pidsWith('unseen', proofs);
    if (unseen.length > 0 || proofs.size === 0)
      return { message: noStacks(unseen, evidence), fix: letItRead };
    if (pidsWith('free', proofs).length > 0) return undefined;
    return {
      message:
        'Every probe was answered, but no process of the backend runs an event loop that the gate knows.',
    };
  },
};

/** What to do where no stack can be taken. */
export const letItRead =
  'Let the gate install py-spy (`py-spy: auto`), or run it where it may read the backend: on GitHub `sudo -n` is enough.';

function pidsWith(wanted: ProcessProof, proofs: ReadonlyMap<number, ProcessProof>): string[] {
  return [...proofs].filter(([, proof]) => proof === wanted).map(([pid]) => `pid ${pid}`);
}

function noStacks(unseen: readonly string[], evidence: Evidence): string {
  const why = whyNoStack(
    evidence.dumps.filter(({ trigger }) => trigger === 'proof'),
    evidence,
  );
  const whose = unseen.length > 0 ? ` of ${joined(unseen)}` : '';
  return `Every probe was answered, but no stack${whose} could be taken to show that the event loop is free${why}.`;
}
