/** Tells a loop that had no processor from one that did not come back. */
import type { Dump, Evidence, Scheduling, Stint } from '../evidence/schema.ts';
import type { Miss } from './misses.ts';
import { samplesIn, wakesPerDump } from './samples.ts';

/** A thread that waited for a processor this much of the time was starved, not blocked. */
export const starvedShare = 0.5;
/** Unless it ran this long all the same: no honest callback takes that much of a processor and is not done. */
export const honestTurnMs = 250;
/** A thread that waits for the interpreter lock is often ready to run as well, and gives up its processor 200 times a second. */
const fewSwitchesPerSecond = 50;

type Waiting = Pick<Miss, 'sentMs' | 'waitedMs'>;
type StarvationEvidence = Pick<Evidence, 'dumps' | 'loops' | 'plan'>;

/** From the first of these to be sent until the last had waited for. */
export function spanOf(misses: readonly Waiting[]): {
  startMs: number;
  endMs: number;
} {
  return {
    startMs: Math.min(...misses.map(({ sentMs }) => sentMs)),
    endMs: Math.max(...misses.map(({ sentMs, waitedMs }) => sentMs + waitedMs)),
  };
}

/** True when a loop was ready to run, and had no processor for most of the time, while these probes were silent. */
export function wasStarved(misses: readonly Waiting[], { dumps, loops, plan }: StarvationEvidence): boolean {
  const { startMs, endMs } = spanOf(misses);
  const meanwhile = dumps.filter((dump) => dump.trigger === 'silence' && dump.startMs >= startMs);
  const stints = loops.flatMap((loop) => loop.stints);
  return (
    [...Map.groupBy(meanwhile, ({ pid }) => pid).values()].some(wasStarvedBetween) ||
    stints.some((stint) => {
      const isMeanwhile = stint.startMs < endMs && stint.startMs + stint.durationMs > startMs;
      return isMeanwhile && stint.durationMs >= plan.deadlineMs / 2 && isStarvedStint(stint);
    })
  );
}

/** True when the loop was ready to run, and had no processor, for most of this absence. */
export function isStarvedStint({ durationMs, ranMs, queuedMs, voluntarySwitches, states }: Stint): boolean {
  if (ranMs === null) return false;
  return isStarved({
    wallMs: durationMs,
    ranMs,
    queuedMs,
    switches: voluntarySwitches ?? 0,
    readyShare: (states['R'] ?? 0) / Math.max(1, samplesIn(states)),
  });
}

/** True when it woke again and again, as one does that waits for the interpreter lock or works in small pieces. */
export function asksOften({ durationMs, voluntarySwitches }: Stint): boolean {
  return (voluntarySwitches ?? 0) / (durationMs / 1_000) >= fewSwitchesPerSecond;
}

/**
 * The same between the first and the last dump of a process. A blocked thread never gives up its processor by itself or
 * sleeps in one place. A starved one is runnable, had hardly a turn, and moved on when it had one: so it has voluntary
 * switches, of which being dumped alone makes some too.
 */
export function wasStarvedBetween(series: readonly Dump[]): boolean {
  const first = series[0];
  const last = series.at(-1);
  const before = first?.loopScheduling;
  const after = last?.loopScheduling;
  if (!first || !last || first === last || !before || !after) return false;
  const switches = (after.voluntarySwitches ?? 0) - (before.voluntarySwitches ?? 0);
  if (switches === 0 || before.queuedMs === null || after.queuedMs === null) return false;
  return isStarved({
    // The accounting is read when a dump is done.
    wallMs: last.startMs + last.durationMs - (first.startMs + first.durationMs),
    ranMs: (after.ranMs ?? 0) - (before.ranMs ?? 0),
    queuedMs: after.queuedMs - before.queuedMs,
    switches,
    // One that was ready all the time gave up nothing meanwhile, but for its dumps, after which it is ready in any case.
    readyShare: before.state === 'R' && after.state === 'R' && switches <= wakesOf(series) ? 1 : 0,
  });
}

/**
 * True of a loop that was ready to run at each of these moments, hardly had a processor and never gave one up: it may
 * spin, or be in the middle of honest work that a busy machine does not let it finish.
 * @param ranMs What it ran while it stood still, over a longer time than that of the moments; `null` when unknown.
 */
export function hadHardlyATurn(
  moments: readonly { readonly atMs: number; readonly scheduling: Scheduling | null }[],
  ranMs: number | null,
): boolean {
  const [first, last] = [moments[0], moments.at(-1)];
  if (!first?.scheduling || !last?.scheduling || (ranMs ?? 0) >= honestTurnMs) return false;
  if (moments.some(({ scheduling }) => scheduling?.state !== 'R')) return false;
  const ran = (last.scheduling.ranMs ?? Number.POSITIVE_INFINITY) - (first.scheduling.ranMs ?? 0);
  const wallMs = last.atMs - first.atMs;
  return ran < honestTurnMs && ran < (1 - starvedShare) * wallMs;
}

function wakesOf(series: readonly Dump[]): number {
  return series.reduce((sum, { wakes = wakesPerDump }) => sum + wakes, 0);
}

interface Span {
  readonly wallMs: number;
  readonly ranMs: number;
  /** By the kernel, which adds a wait for a processor only when it is over. */
  readonly queuedMs: number | null;
  readonly switches: number;
  /** How much of the time it was seen ready to run. */
  readonly readyShare: number;
}

function isStarved({ wallMs, ranMs, queuedMs, switches, readyShare }: Span): boolean {
  if (ranMs >= honestTurnMs) return false;
  const isAsking = switches / (wallMs / 1_000) >= fewSwitchesPerSecond;
  const waitedMs = Math.max(queuedMs ?? 0, isAsking ? 0 : readyShare * wallMs - ranMs);
  return waitedMs / wallMs >= starvedShare;
}
