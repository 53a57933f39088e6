/** Judges each worker's loop by the kernel's accounting of its thread, whatever the probes say. */
import type { Dump, Evidence, Stint } from '../evidence/schema.ts';
import { type Block, findBlocks } from './block.ts';
import { hasFrames } from './has-frames.ts';
import { samplesIn, wakesPerDump } from './samples.ts';

/** A loop that did not come back to its selector for the deadline. */
export interface StandingLoop {
  readonly pid: number;
  readonly stint: Stint;
  /** Where it stood; `undefined` when no stack was taken and the kernel alone tells. */
  readonly block: Block | undefined;
}

type StandingEvidence = Pick<Evidence, 'loops' | 'dumps' | 'plan'>;

/** A thread that is woken for a dump waits for a processor before it sleeps again, for long on a busy machine. */
export const asleepShare = 0.8;
/** Of a processor; on a machine that is too busy to give a spinning thread this much, nothing is concluded from it. */
export const spinningShare = 0.5;

/** Loops that are proven to have been blocked: by dumps of one place, or by a thread that slept or spun all the time. */
export function findStandingLoops(evidence: StandingEvidence): StandingLoop[] {
  return evidence.loops.flatMap(({ pid, stints }) =>
    stints
      .filter(({ durationMs }) => durationMs >= evidence.plan.deadlineMs)
      .map((stint) => standingLoop(pid, stint, evidence))
      .filter((loop) => loop !== undefined),
  );
}

function standingLoop(pid: number, stint: Stint, evidence: StandingEvidence): StandingLoop | undefined {
  const dumps = dumpsDuring(pid, stint, evidence);
  const slept = sleptThroughout(stint, dumps);
  // A thread that slept all the time did so at one place: where a single dump saw it.
  const [block] = findBlocks(dumps, slept ? 1 : undefined);
  if (block) return { pid, stint, block };
  const isProven = (slept || ranThroughout(stint)) && !dumps.some(hasFrames);
  return isProven ? { pid, stint, block: undefined } : undefined;
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

/**
 * Blocked beyond doubt, load or no load: a starved thread or one that waits for the GIL wakes again and again. This one
 * woke only for its dumps.
 */
function sleptThroughout(stint: Stint, dumps: readonly Dump[]): boolean {
  const { states, voluntarySwitches } = stint;
  const unfinished = Math.max(0, (stint.dumps ?? 0) - dumps.length);
  const wakes = dumps.reduce((sum, dump) => sum + (dump.wakes ?? 0), unfinished * wakesPerDump);
  if (voluntarySwitches === null || voluntarySwitches > wakes) return false;
  const samples = samplesIn(states);
  const asleep = (states['S'] ?? 0) + (states['D'] ?? 0);
  return wakes === 0 ? asleep === samples : asleep >= asleepShare * samples;
}

/** It had a processor for most of the time and never gave it up: it spins, and was not starved. */
function ranThroughout({ states, voluntarySwitches, ranMs, durationMs }: Stint): boolean {
  return (
    voluntarySwitches === 0 &&
    Object.keys(states).every((state) => state === 'R') &&
    (ranMs ?? 0) >= spinningShare * durationMs
  );
}
