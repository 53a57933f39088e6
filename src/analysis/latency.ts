import type { Evidence, Probe } from '../evidence/schema.ts';

export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** The longest wait, unanswered probes included. */
  readonly maxMs: number | null;
}

/** @param probes Of one route; unanswered ones count with the time they waited in vain. */
export function summarizeLatency(
  probes: readonly Probe[],
  { probingEndedMs }: Pick<Evidence, 'probingEndedMs'>,
): LatencySummary {
  const waits = probes
    .filter(({ error }) => error === null)
    .map(({ latencyMs, sentMs }) => latencyMs ?? (probingEndedMs ?? sentMs) - sentMs)
    .sort((a, b) => a - b);
  return {
    count: probes.length,
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
    maxMs: waits.at(-1) ?? null,
  };
}

/** The longest that any answer took, of all routes. */
export function slowestAnswerMs({ probes }: Pick<Evidence, 'probes'>): number {
  return probes.reduce((slowest, { latencyMs }) => Math.max(slowest, latencyMs ?? 0), 0);
}

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
