/** Judges each worker's loop by the kernel's accounting of its thread, whatever the probes say. */
import type { Dump, Evidence, Stint } from '../evidence/schema.ts';
import { type Block, findBlocks } from './block.ts';
import { lostMs } from './delays.ts';
import { loopOf } from './loop-thread.ts';
import { samplesIn, wakesPerDump } from './samples.ts';
import { mayServe } from './serving.ts';

/** A loop that did not come back to its selector for the deadline. */
export interface StandingLoop {
  readonly pid: number;
  readonly stint: Stint;
  /** Where it stood; `undefined` when no stack was taken and the kernel alone tells. */
  readonly block: Block | undefined;
}

type StandingEvidence = Pick<Evidence, 'loops' | 'dumps' | 'plan' | 'gate' | 'probes' | 'processes'>;

/** A thread that is woken for a dump waits for a processor before it sleeps again, for long on a busy machine. */
export const asleepShare = 0.8;
/** Of a processor; on a machine that is too busy to give a spinning thread this much, nothing is concluded from it. */
export const spinningShare = 0.5;

/** Loops that are proven to have been blocked: by dumps of one place, or by a thread that slept or spun all the time. */
export function findStandingLoops(evidence: StandingEvidence): StandingLoop[] {
  return evidence.loops.flatMap(({ pid, stints }) =>
    stints
      .filter((stint) => ownMs(stint, evidence) >= evidence.plan.deadlineMs)
      .map((stint) => standingLoop(pid, stint, evidence))
      .filter((loop) => loop !== undefined),
  );
}

function standingLoop(pid: number, stint: Stint, evidence: StandingEvidence): StandingLoop | undefined {
  const dumps = dumpsDuring(pid, stint, evidence);
  const slept = sleptThroughout(stint, dumps);
  if (!slept && servedDuring(pid, stint, evidence)) return undefined;
  // A thread that slept all the time did so at one place: where a single dump saw it.
  const [block] = findBlocks(dumps, slept ? 1 : undefined);
  if (block) return { pid, stint, block };
  const isProven = (slept || ranThroughout(stint)) && !dumps.some((dump) => loopOf(dump) !== undefined);
  return isProven ? { pid, stint, block: undefined } : undefined;
}

/** Without the time in which the gate, and so perhaps the machine, stood still. */
function ownMs({ startMs, durationMs }: Stint, { gate }: StandingEvidence): number {
  return durationMs - lostMs(startMs, startMs + durationMs, gate.delays);
}

/**
 * True when this loop, which alone could, answered a probe meanwhile, so that it turned: one that always has something
 * ready, such as a task that yields by `sleep(0)`, never sleeps in its selector.
 */
function servedDuring(
  pid: number,
  { startMs, durationMs }: Stint,
  { loops, probes, processes }: StandingEvidence,
): boolean {
  // Masters and helpers hold the port and answer nobody; another program in front of them may.
  const answers = (process: Evidence['processes'][number]) =>
    mayServe(process) || (process.listening && process.role === 'wrapper');
  if (processes.some((process) => process.pid !== pid && answers(process)) || loops.length > 1) return false;
  return probes.some(
    ({ sentMs, latencyMs, isCached }) =>
      latencyMs !== null && !isCached && sentMs > startMs && sentMs + latencyMs < startMs + durationMs,
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
