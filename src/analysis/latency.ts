import type { Evidence, Probe } from '../evidence/schema.ts';

export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** The longest wait, unanswered probes included. */
  readonly maxMs: number | null;
}

/** @param probes Of one route; unanswered ones count with the time they waited in vain. */
export function summarizeLatency(probes: readonly Probe[], evidence: WaitEvidence): LatencySummary {
  const waits = probes.map((probe) => waitedMs(probe, evidence)).sort((a, b) => a - b);
  return {
    count: probes.length,
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
    maxMs: waits.at(-1) ?? null,
  };
}

type WaitEvidence = Pick<Evidence, 'probes' | 'probingEndedMs'>;

/** How long the route owed an answer: for a connection that failed, until a later probe was answered. */
export function waitedMs(probe: Probe, { probes, probingEndedMs }: WaitEvidence): number {
  if (probe.latencyMs !== null) return probe.latencyMs;
  const endMs = probingEndedMs ?? probe.sentMs;
  if (probe.error === null) return endMs - probe.sentMs;
  const answer = probes.find(
    (later) => later.path === probe.path && later.sentMs > probe.sentMs && later.latencyMs !== null,
  );
  return (answer ? answer.sentMs + (answer.latencyMs ?? 0) : endMs) - probe.sentMs;
}

/** The longest that any answer took, of all routes. */
export function slowestAnswerMs({ probes }: Pick<Evidence, 'probes'>): number {
  return probes.reduce((slowest, { latencyMs }) => Math.max(slowest, latencyMs ?? 0), 0);
}

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
