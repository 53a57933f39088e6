import { describe, expect, test } from '@jest/globals';
import { dumpsSince, findExcused, findMisses } from '../../../src/analysis/misses.ts';
import type { Probe } from '../../../src/evidence/schema.ts';
import {
  dump,
  failedDump,
  makeEvidence,
  probe,
  probeRoute,
  proofDump,
  unanswered,
} from '../../support/make-evidence.ts';

/** After the first stream; probing ends at 20 s. */
const run = (probes: Probe[], gate = {}) => makeEvidence({ probes, probingEndedMs: 20_000, gate });
const refused = (sentMs: number) =>
  probe({ sentMs, latencyMs: null, status: null, error: 'connect ECONNREFUSED' });

test.each<[string, Probe[], ReturnType<typeof findMisses>[number]['kind'][]]>([
  ['an answer just in time', [probe({ latencyMs: 4_999 })], []],
  ['an answer at the deadline', [probe({ latencyMs: 5_000 })], ['timeout']],
  ['no answer for the deadline', [unanswered('/health', 15_000)], ['timeout']],
  ['no answer yet when probing ended', [unanswered('/health', 15_001)], []],
  ['404', [probe({ sentMs: 2_000, status: 404 })], []],
  ['500 after 200', [probe({ sentMs: 2_000, status: 500 })], ['server-error']],
  ['503 after 200', [probe({ sentMs: 2_000, status: 503 })], ['server-error']],
  ['500 before the first stream', [probe({ sentMs: 900, status: 500 })], []],
  ['a late 500', [probe({ sentMs: 2_000, status: 500, latencyMs: 6_000 })], ['timeout']],
  ['a refused connection, answered soon after', [refused(2_000), probe({ sentMs: 2_200 })], []],
  ['connections refused for long', [refused(2_000), probe({ sentMs: 7_000 })], ['unreachable']],
  ['connections refused to the end', [refused(2_000)], ['unreachable']],
  ['another route answers meanwhile', [refused(2_000), probe({ path: '/', sentMs: 2_200 })], ['unreachable']],
])('%s', (_, probes, expected) => {
  expect(findMisses(run(probes)).map(({ kind }) => kind)).toEqual(expected);
});

test('500 before the streams and after them is an answer', () => {
  const evidence = makeEvidence({
    probes: [probe({ sentMs: 2_000, status: 500 })],
    probeRoutes: [probeRoute('/health', { baselineStatus: 500 })],
  });
  expect(findMisses(evidence)).toEqual([]);
});

test('500 of a route without a baseline is an answer', () => {
  const probes = [probe({ sentMs: 2_000, status: 500 })];
  expect(findMisses(makeEvidence({ probes, probeRoutes: [] }))).toEqual([]);
});

test('a miss says how long the route owed its answer', () => {
  expect(findMisses(run([unanswered('/health', 10_000)]))).toEqual([
    { path: '/health', sentMs: 10_000, waitedMs: 10_000, kind: 'timeout', status: null },
  ]);
});

describe('a delay of the gate itself', () => {
  const late = probe({ sentMs: 2_000, latencyMs: 5_200 });
  test.each([
    ['is taken off', { startMs: 3_000, durationMs: 300 }, 0],
    ['that is too short excuses nothing', { startMs: 3_000, durationMs: 200 }, 1],
    ['counts only where it overlaps', { startMs: 1_000, durationMs: 1_100 }, 1],
    ['before the probe excuses nothing', { startMs: 1_000, durationMs: 900 }, 1],
  ])('%s', (_, delay, misses) => {
    expect(findMisses(run([late], { delays: [delay] }))).toHaveLength(misses);
  });

  test('is told apart from a miss', () => {
    const delays = [{ startMs: 3_000, durationMs: 300 }];
    expect(findExcused(run([late], { delays }))).toEqual([{ sentMs: late.sentMs, waitedMs: late.latencyMs }]);
    expect(findExcused(run([late]))).toEqual([]);
    expect(findExcused(run([probe()], { delays }))).toEqual([]);
  });
});

test('only dumps of the same silence tell of a miss', () => {
  const during = dump({ startMs: 4_000 });
  const dumps = [
    dump({ startMs: 1_500 }),
    during,
    failedDump({ trigger: 'boot', startMs: 4_000 }),
    proofDump(),
  ];
  const misses = findMisses(run([unanswered('/health', 3_000)]));
  expect(dumpsSince(misses, { dumps })).toEqual([during]);
});
