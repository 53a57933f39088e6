/** Which probes missed the deadline, after what held up the gate or the backend from outside is taken off. */
import type { Dump, Evidence, Probe } from '../evidence/schema.ts';
import { excusesIn, lostMs } from './delays.ts';
import { waitedMs } from './latency.ts';

export interface Miss {
  readonly path: string;
  readonly sentMs: number;
  /** Until its late answer, or until probing ended. */
  readonly waitedMs: number;
  /**
   * `timeout`: no complete answer within the deadline. `server-error`: 500 or above where it was below 500 before the
   * streams. `unreachable`: connections failed for as long as the deadline.
   */
  readonly kind: 'timeout' | 'server-error' | 'unreachable';
  readonly status: number | null;
}

export type Excused = Pick<Miss, 'sentMs' | 'waitedMs'>;

type ProbingEvidence = Pick<
  Evidence,
  'probes' | 'probeRoutes' | 'waves' | 'probingEndedMs' | 'gate' | 'plan' | 'loops'
>;

export function findMisses(evidence: ProbingEvidence): Miss[] {
  return evidence.probes.map((probe) => missOf(probe, evidence)).filter((miss) => miss !== undefined);
}

/** The dumps that were taken while these probes were silent; those of an earlier stall tell of something else. */
export function dumpsSince(misses: readonly Miss[], { dumps }: Pick<Evidence, 'dumps'>): Dump[] {
  const startMs = Math.min(...misses.map(({ sentMs }) => sentMs));
  return dumps.filter((dump) => dump.trigger === 'silence' && dump.startMs >= startMs);
}

/** Probes that took longer than the deadline only because the gate stood still, or somebody held the backend. */
export function findExcused(evidence: ProbingEvidence): Excused[] {
  const { deadlineMs } = evidence.plan;
  return evidence.probes
    .filter((probe) => waitedMs(probe, evidence) >= deadlineMs && missOf(probe, evidence) === undefined)
    .map((probe) => ({ sentMs: probe.sentMs, waitedMs: waitedMs(probe, evidence) }));
}

function missOf(probe: Probe, evidence: ProbingEvidence): Miss | undefined {
  const { path, sentMs, status } = probe;
  const waited = waitedMs(probe, evidence);
  const counted = waited - lostMs(sentMs, sentMs + waited, excusesIn(evidence));
  const kind = kindOf(probe, counted, evidence);
  return kind && { path, sentMs, waitedMs: waited, kind, status };
}

function kindOf(probe: Probe, countedMs: number, evidence: ProbingEvidence): Miss['kind'] | undefined {
  if (countedMs >= evidence.plan.deadlineMs) return probe.error === null ? 'timeout' : 'unreachable';
  const firstStreamMs = evidence.waves[0]?.openedMs ?? Number.POSITIVE_INFINITY;
  const before = evidence.probeRoutes.find(({ path }) => path === probe.path)?.baselineStatus ?? null;
  const brokeDown = probe.status !== null && probe.status >= 500 && before !== null && before < 500;
  return brokeDown && probe.sentMs >= firstStreamMs ? 'server-error' : undefined;
}
