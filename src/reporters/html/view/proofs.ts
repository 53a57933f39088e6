import { loopOf } from '../../../analysis/loop-thread.ts';
import { type ProcessProof, processProofs } from '../../../analysis/proof.ts';
import type { Evidence } from '../../../evidence/schema.ts';
import { counted, libraryCall } from '../../../rules/wording.ts';
import type { DumpView, ProofRow } from '../model.ts';

const words: Readonly<Record<ProcessProof, string>> = {
  free: 'its loop waits for events',
  'no-loop': 'it runs no loop',
  stuck: 'its loop was at one place in every dump',
  unseen: 'nothing shows its loop',
};

const shownFrames = 3;

/** The last look at every process, before it was ended. */
export function proofRows(evidence: Evidence, dumps: readonly DumpView[]): ProofRow[] {
  if (!evidence.dumps.some(({ trigger }) => trigger === 'proof')) return [];
  return [...processProofs(evidence)].map(([pid, result]) => {
    const loop = evidence.loops.find((each) => each.pid === pid);
    const seen = loop
      ? `; over the run it was at its selector in ${loop.samplesAtSelector} of ${counted(loop.samples, 'sample')}`
      : '';
    const dump = dumps.findLastIndex((each) => each.pid === pid && each.trigger === 'proof');
    return {
      pid,
      result,
      detail: `${words[result]}${seen}`,
      frames: innermost(pid, evidence),
      dump: dump < 0 ? null : dump,
    };
  });
}

function innermost(pid: number, { dumps }: Evidence): string[] {
  const last = dumps.findLast(
    (dump) => dump.pid === pid && dump.trigger === 'proof' && loopOf(dump) !== undefined,
  );
  const frames = last ? (loopOf(last)?.thread.frames ?? []) : [];
  return frames.slice(0, shownFrames).map(libraryCall);
}
