/** Judges each worker's loop by the kernel's accounting of its thread, whatever the probes say. */
import type { Evidence, Stint } from '../evidence/schema.ts';
import { type Block, findBlocks } from './block.ts';
import { hasFrames } from './has-frames.ts';

/** A loop that did not come back to its selector for the deadline. */
export interface StandingLoop {
  readonly pid: number;
  readonly stint: Stint;
  /** Where it stood; `undefined` when no stack was taken and the kernel alone tells. */
  readonly block: Block | undefined;
}

type StandingEvidence = Pick<Evidence, 'loops' | 'dumps' | 'plan'>;

/** Loops that are proven to have been blocked: by dumps of one place, or by a thread that slept and never once woke. */
export function findStandingLoops(evidence: StandingEvidence): StandingLoop[] {
  return evidence.loops.flatMap(({ pid, stints }) =>
    stints
      .filter(({ durationMs }) => durationMs >= evidence.plan.deadlineMs)
      .map((stint) => ({ pid, stint, block: blockDuring(pid, stint, evidence) }))
      .filter(
        ({ stint, block }) =>
          block !== undefined || (!hasStacks(pid, stint, evidence) && sleptThroughout(stint)),
      ),
  );
}

function dumpsDuring(pid: number, { startMs, durationMs }: Stint, { dumps }: StandingEvidence) {
  return dumps.filter(
    (dump) =>
      dump.trigger === 'silence' &&
      dump.pid === pid &&
      dump.startMs >= startMs &&
      dump.startMs <= startMs + durationMs,
  );
}

function blockDuring(pid: number, stint: Stint, evidence: StandingEvidence): Block | undefined {
  return findBlocks(dumpsDuring(pid, stint, evidence))[0];
}

function hasStacks(pid: number, stint: Stint, evidence: StandingEvidence): boolean {
  return dumpsDuring(pid, stint, evidence).some(hasFrames);
}

/** Blocked beyond doubt, load or no load: a starved thread or one that waits for the GIL wakes again and again. */
function sleptThroughout({ states, voluntarySwitches }: Stint): boolean {
  return voluntarySwitches === 0 && Object.keys(states).every((state) => state === 'S' || state === 'D');
}
