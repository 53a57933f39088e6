/** What the machine takes away: shares of a time, and the verdict where they are most of it. */
import { describe, expect, test } from '@jest/globals';
import { machineDuring } from '../../../src/analysis/machine.ts';
import type { MachineSample } from '../../../src/evidence/schema.ts';
import { wallFigures } from '../../../src/machine/throttling.ts';
import { triage } from '../../../src/reporters/triage.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { loopThread, makeHang, scheduling, silenceDumps, stack } from '../../support/make-evidence.ts';

/** Samples a second apart, of which each figure grows by so much a second. */
function growing(perSecond: Partial<MachineSample>, seconds = 9): MachineSample[] {
  return Array.from({ length: seconds }, (_, index) => {
    const figure = (name: keyof MachineSample) => {
      const growth = perSecond[name];
      return growth === null ? null : (growth ?? 0) * index;
    };
    return {
      atMs: index * 1_000,
      stolenMs: figure('stolenMs'),
      pressureMs: figure('pressureMs'),
      throttledMs: figure('throttledMs'),
      throttledPeriods: figure('throttledPeriods'),
      suspendedMs: figure('suspendedMs'),
    };
  });
}

const free = makeHang({ dumps: silenceDumps([loopThread(stack.idleAsyncio())]) });
const { gate } = free;

test('shares are taken between the samples around a time', () => {
  const machine = growing({ pressureMs: 900, throttledMs: 250, stolenMs: null });
  expect(machineDuring(2_100, 4_900, { machine, gate })).toEqual({
    pressure: 0.9,
    throttled: 0.25,
    stolen: null,
  });
  expect(machineDuring(50_000, 60_000, { machine, gate })).toBeUndefined();
  expect(machineDuring(0, 1_000, { gate })).toBeUndefined();
});

test('stolen time is of all processors together', () => {
  const machine = growing({ stolenMs: 1_000 });
  expect(machineDuring(0, 5_000, { machine, gate: { ...gate, processors: 4 } })?.stolen).toBe(0.25);
});

describe('a probe that missed the deadline', () => {
  const reasonWith = (perSecond: Partial<MachineSample>, evidence = free) =>
    judge({ ...evidence, machine: growing(perSecond), gate: { ...gate, processors: 2 } });

  test.each([
    ['throttled', { throttledMs: 700 }, /throttled 70 %/],
    ['robbed of its processors', { stolenMs: 1_400 }, /stolen 70 %/],
  ])('while the backend was %s', (_, perSecond, message) => {
    const result = reasonWith(perSecond);
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'runner-starved' });
    expect(result.message).toMatch(message);
  });

  test.each([
    ['little was taken', { throttledMs: 200, stolenMs: 300 }],
    // Everybody's pressure is nobody's proof: it is as high beside a backend that hangs.
    ['others waited for a processor', { pressureMs: 1_000 }],
    ['the machine slept, which its clock leaves out', { suspendedMs: 900 }],
  ])('while %s is one', (_, perSecond) => {
    expect(reasonWith(perSecond).reason).toBe('service-unresponsive');
  });

  test('with a loop that was seen blocked, is one all the same', () => {
    const threads = [loopThread(stack.blockedInSleep())];
    const blocked = makeHang({ dumps: silenceDumps(threads, { loopScheduling: scheduling() }) });
    expect(reasonWith({ throttledMs: 900 }, blocked).reason).toBe('loop-blocked');
  });
});

test('a row of the triage tells it to the reader', () => {
  const machine = growing({ pressureMs: 500, stolenMs: 0, throttledMs: null, suspendedMs: 100 });
  const evidence = { ...free, machine };
  expect(triage({ evidence, result: judge(evidence), reportDir: '/' }).at(-1)).toEqual({
    step: 'What the machine took away meanwhile',
    result: 'info',
    detail: 'CPU pressure 50 %, stolen 0 %, asleep for 800 ms, the gate itself late by at most 12 ms',
  });
});

test('what a quota held up is told by the clock, however many threads waited', () => {
  const first = { ms: 0, periods: 0, periodMs: 100 };
  // Ten of a hundred periods, with eight threads in each.
  expect(wallFigures(first, { ms: 8_000, periods: 10, periodMs: 100 })).toEqual({ ms: 1_000, periods: 10 });
  expect(wallFigures(first, { ms: 700, periods: 10, periodMs: 100 })).toEqual({ ms: 700, periods: 10 });
});
