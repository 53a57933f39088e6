/** The parts of a run by what was being done to the backend meanwhile. */
import type { Evidence, Probe } from '../evidence/schema.ts';
import { largest } from './largest.ts';
import { type LatencySummary, summarizeLatency } from './latency.ts';

export interface Span {
  /** `baseline`, `wave 1 streaming`, `wave 1 after reset`, `reopen`, … */
  readonly name: string;
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
}

export interface SpanLatency extends LatencySummary {
  readonly unanswered: number;
}

type SpanEvidence = Pick<Evidence, 'phases' | 'waves' | 'probes' | 'probingEndedMs'>;

/** Every phase in which a probe was sent, in its order; a wave is two: before its streams are aborted, and after. */
export function spansOf({ phases, waves, probes, probingEndedMs }: SpanEvidence): Span[] {
  const spans = phases.flatMap(({ name, startMs, durationMs }): Span[] => {
    const endMs = durationMs === null ? (probingEndedMs ?? startMs) : startMs + durationMs;
    const wave = waves.find(({ index }) => name === `wave ${index}`);
    if (!wave) return [{ name, startMs, endMs }];
    const abortedMs = wave.abortedMs ?? endMs;
    return [
      { name: `${name} streaming`, startMs, endMs: abortedMs },
      { name: `${name} after ${wave.abort}`, startMs: abortedMs, endMs },
    ];
  });
  return spans.filter((span) => probes.some((probe) => isIn(span, probe)));
}

/** Of one route's probes that were sent in the span. */
export function latencyIn(span: Span, path: string, evidence: SpanEvidence): SpanLatency {
  const probes = evidence.probes.filter((probe) => probe.path === path && isIn(span, probe));
  return {
    ...summarizeLatency(probes, evidence),
    unanswered: probes.filter(({ latencyMs }) => latencyMs === null).length,
  };
}

/** Milliseconds; `unanswered` where no answer came, `none` where none was asked for. */
export type Latency = number | 'unanswered' | 'none';

/** The slowest answer of a route in each of `count` equal parts of a span, by when its probe was sent. */
export function latencySeries(
  span: Omit<Span, 'name'>,
  path: string,
  count: number,
  { probes }: Pick<Evidence, 'probes'>,
): Latency[] {
  const partMs = (span.endMs - span.startMs) / count;
  const sent = probes.filter((probe) => probe.path === path && isIn(span, probe));
  // A probe that nobody ever answers is still being waited for when the next ones are not sent.
  const unanswered = sent.find(({ latencyMs, error }) => latencyMs === null && error === null);
  const waitingSinceMs = unanswered?.sentMs ?? Number.POSITIVE_INFINITY;
  return Array.from({ length: count }, (_, part) => {
    const startMs = span.startMs + part * partMs;
    const own = sent.filter((probe) => isIn({ startMs, endMs: startMs + partMs }, probe));
    const latencies = own.flatMap(({ latencyMs }) => latencyMs ?? []);
    if (latencies.length < own.length) return 'unanswered';
    if (latencies.length > 0) return largest(latencies);
    return waitingSinceMs < startMs ? 'unanswered' : 'none';
  });
}

function isIn({ startMs, endMs }: Omit<Span, 'name'>, { sentMs }: Probe): boolean {
  return sentMs >= startMs && sentMs < endMs;
}
