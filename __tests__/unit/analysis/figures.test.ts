import { describe, expect, test } from '@jest/globals';
import { lostMs } from '../../../src/analysis/delays.ts';
import { summarizeLatency } from '../../../src/analysis/latency.ts';
import type { Probe } from '../../../src/evidence/schema.ts';
import { probe, unanswered } from '../../support/make-evidence.ts';

test.each([
  ['none', [], 0],
  ['inside', [{ startMs: 120, durationMs: 30 }], 30],
  ['over the beginning', [{ startMs: 80, durationMs: 30 }], 10],
  ['over the end', [{ startMs: 190, durationMs: 30 }], 10],
  ['over everything', [{ startMs: 0, durationMs: 900 }], 100],
  ['beside', [{ startMs: 200, durationMs: 30 }], 0],
  [
    'two',
    [
      { startMs: 110, durationMs: 10 },
      { startMs: 150, durationMs: 20 },
    ],
    30,
  ],
])('delays of the gate in the span 100 to 200: %s', (_, delays, expected) => {
  expect(lostMs(100, 200, delays)).toBe(expected);
});

describe('summarizeLatency', () => {
  const summaryOf = (probes: Probe[]) => summarizeLatency(probes, { probes, probingEndedMs: 10_000 });
  const summary = (latencies: number[]) => summaryOf(latencies.map((latencyMs) => probe({ latencyMs })));

  test('no probe has no figures, and not 0', () => {
    expect(summary([])).toEqual({ count: 0, p50Ms: null, p99Ms: null, maxMs: null });
  });

  test('one probe', () => {
    expect(summary([7])).toEqual({ count: 1, p50Ms: 7, p99Ms: 7, maxMs: 7 });
  });

  test('quantiles are observed values', () => {
    expect(summary([9, 1, 5])).toEqual({ count: 3, p50Ms: 5, p99Ms: 9, maxMs: 9 });
    expect(summary([4, 3, 2, 1])).toMatchObject({ p50Ms: 2, p99Ms: 4 });
    const hundred = Array.from({ length: 200 }, (_, index) => index + 1);
    expect(summary(hundred)).toMatchObject({ p50Ms: 100, p99Ms: 198, maxMs: 200 });
  });

  test('an unanswered probe counts with what it waited', () => {
    const probes = [probe({ latencyMs: 3 }), unanswered('/health', 4_000)];
    expect(summaryOf(probes)).toMatchObject({ count: 2, maxMs: 6_000 });
  });

  test('a failed connection counts until the next answer, or to the end', () => {
    const failed = probe({ sentMs: 1_000, latencyMs: null, error: 'ECONNRESET' });
    expect(summaryOf([failed, probe({ sentMs: 1_500, latencyMs: 3 })])).toMatchObject({ maxMs: 503 });
    expect(summaryOf([failed])).toMatchObject({ count: 1, maxMs: 9_000 });
  });
});
