/** What each worker's loop was doing over the run, for a picture. Verdicts are the rules' business and not made here. */
import type { Evidence, Hold, LoopEvidence, Stint } from '../evidence/schema.ts';
import { findBlocks } from './block.ts';
import { dumpsSince, findMisses } from './misses.ts';
import { samplesIn } from './samples.ts';
import { findStandingLoops } from './standing.ts';
import { asksOften, isStarvedStint } from './starvation.ts';

/**
 * `free`: it came back to its selector again and again. `busy`: it ran. `blocked`: it slept, and not at its selector.
 * `starved`: it was ready to run and had no processor. `held`: somebody else kept it from running. `unseen`: nobody looked, or the kernel does not tell.
 */
export type LoopLaneState = 'free' | 'busy' | 'blocked' | 'starved' | 'held' | 'unseen';

export interface LoopSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly state: LoopLaneState;
  /** The kernel's accounting; `null` for a span that only dumps, or nothing but samples at the selector, show. */
  readonly stint: Stint | null;
  /** Of a `held` one. */
  readonly hold?: Hold;
  /** True when it stood long enough, and surely enough, to be judged. */
  readonly isProven: boolean;
}

export interface LoopLane {
  readonly pid: number;
  /** In order and without gaps, from the beginning of the run to its end. */
  readonly spans: readonly LoopSpan[];
  readonly goneMs: number | null;
}

/** A loop that was ready to run in this share of the samples of its absence ran, as far as it was let. */
const busyShare = 0.5;

/** Between the last sample and the end of the sampling. */
const lastLookMs = 300;

/** One lane for every process whose loop was followed or stood still in dumps. */
export function loopLanes(evidence: Evidence): LoopLane[] {
  const blockedInDumps = spansOfBlocks(evidence);
  const pids = new Set([...evidence.loops.map(({ pid }) => pid), ...blockedInDumps.map(({ pid }) => pid)]);
  return [...pids].map((pid) => {
    const loop = evidence.loops.find((each) => each.pid === pid);
    const shown = blockedInDumps.filter((block) => block.pid === pid).map(({ span }) => span);
    const stints = loop ? stintSpans(loop, shown, evidence) : [];
    const dumped = shown.filter((span) => !stints.some((stint) => overlaps(stint, span)));
    const held = (loop?.holds ?? []).map(heldSpan);
    const spans = [...[...stints, ...dumped].flatMap((span) => outside(held, span)), ...held].sort(
      (a, b) => a.startMs - b.startMs,
    );
    return { pid, spans: filled(spans, loop, evidence), goneMs: loop?.goneMs ?? null };
  });
}

/** @param shown Where dumps show it at one place: a probe may miss the deadline a moment before its loop has stood that long. */
function stintSpans(loop: LoopEvidence, shown: readonly LoopSpan[], evidence: Evidence): LoopSpan[] {
  const proven = findStandingLoops(evidence).filter(({ pid }) => pid === loop.pid);
  return loop.stints.map((stint) => {
    const span = { startMs: stint.startMs, endMs: stint.startMs + stint.durationMs, stint };
    const isProven =
      proven.some((standing) => standing.stint === stint) || shown.some((other) => overlaps(span, other));
    return { ...span, isProven, state: isProven ? 'blocked' : stateOf(stint) };
  });
}

function stateOf(stint: Stint): LoopLaneState {
  if (isStarvedStint(stint)) return 'starved';
  const ready = (stint.states['R'] ?? 0) / Math.max(1, samplesIn(stint.states));
  return ready >= busyShare || asksOften(stint) ? 'busy' : 'blocked';
}

function heldSpan(hold: Hold): LoopSpan {
  const { startMs, durationMs } = hold;
  return { startMs, endMs: startMs + durationMs, state: 'held', stint: null, isProven: false, hold };
}

/** What is left of a span. The accounting of the whole of it says nothing about its parts, nor do a few samples. */
function outside(held: readonly LoopSpan[], span: LoopSpan): LoopSpan[] {
  return held.reduce(
    (parts, hold) =>
      parts.flatMap((part) =>
        overlaps(part, hold)
          ? [
              { ...part, endMs: hold.startMs, stint: null, isProven: false },
              { ...part, startMs: hold.endMs, stint: null, isProven: false },
            ].filter(({ startMs, endMs }) => endMs - startMs >= lastLookMs)
          : [part],
      ),
    [span],
  );
}

function overlaps(a: Pick<LoopSpan, 'startMs' | 'endMs'>, b: Pick<LoopSpan, 'startMs' | 'endMs'>): boolean {
  return a.startMs < b.endMs && b.startMs < a.endMs;
}

/** Between the first and the last of the dumps that show a loop at one place. */
function spansOfBlocks(evidence: Evidence): { readonly pid: number; readonly span: LoopSpan }[] {
  const misses = findMisses(evidence).filter(({ kind }) => kind !== 'server-error');
  const isOnlyLook = evidence.plan.waves === 0;
  const boot = evidence.dumps.filter(({ trigger }) => trigger === 'boot');
  const series = [boot, isOnlyLook ? evidence.dumps : misses.length > 0 ? dumpsSince(misses, evidence) : []];
  return series.flatMap((dumps) =>
    findBlocks(dumps).map(({ pid, moments }) => {
      const last = dumps.findLast((dump) => dump.pid === pid);
      const startMs = moments[0]?.atMs ?? 0;
      const endMs = Math.max(startMs, (last?.startMs ?? startMs) + (last?.durationMs ?? 0));
      return { pid, span: { startMs, endMs, state: 'blocked' as const, stint: null, isProven: true } };
    }),
  );
}

/** The time between: free while the loop was followed, since it was at its selector then. */
function filled(spans: readonly LoopSpan[], loop: LoopEvidence | undefined, evidence: Evidence): LoopSpan[] {
  const [fromMs, toMs] = loop && loop.samplesAtSelector > 0 ? followed(loop, evidence) : [0, 0];
  const endMs = evidence.durationMs ?? Math.max(toMs, ...spans.map((span) => span.endMs));
  const result: LoopSpan[] = [];
  const fill = (startMs: number, untilMs: number, state: LoopLaneState) => {
    if (untilMs > startMs) result.push({ startMs, endMs: untilMs, state, stint: null, isProven: false });
  };
  let atMs = 0;
  for (const span of [
    ...spans,
    { startMs: endMs, endMs, state: 'unseen' as const, stint: null, isProven: false },
  ]) {
    const startMs = Math.max(atMs, span.startMs);
    fill(atMs, Math.min(fromMs, startMs), 'unseen');
    fill(Math.max(atMs, fromMs), Math.min(toMs, startMs), 'free');
    fill(Math.max(atMs, toMs), startMs, 'unseen');
    if (span.endMs > startMs) result.push({ ...span, startMs });
    atMs = Math.max(atMs, span.endMs);
  }
  return result;
}

/** Loops are sampled from the baseline on, until the backend is left or ended. */
function followed({ goneMs, stints }: LoopEvidence, { phases, durationMs }: Evidence): [number, number] {
  const startOf = (...names: string[]) => phases.find(({ name }) => names.includes(name))?.startMs;
  const endMs = Math.min(goneMs ?? Number.POSITIVE_INFINITY, startOf('stop', 'leave') ?? durationMs ?? 0);
  // An absence that lasted until nobody looked any more did not end in freedom.
  const lastMs = stints.reduce((last, stint) => Math.max(last, stint.startMs + stint.durationMs), 0);
  return [startOf('baseline') ?? 0, endMs - lastMs < lastLookMs ? Math.min(lastMs, endMs) : endMs];
}
