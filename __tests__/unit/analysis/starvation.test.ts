/** The accounting of a loop over the time in which probes were silent, where the dumps are too few to tell. */
import { expect, test } from '@jest/globals';
import { findMisses } from '../../../src/analysis/misses.ts';
import { wasStarved } from '../../../src/analysis/starvation.ts';
import type { Stint } from '../../../src/evidence/schema.ts';
import { backendPid, firstAbortMs, makeHang } from '../../support/make-evidence.ts';

function starved(overrides: Partial<Stint>): boolean {
  const stint: Stint = {
    startMs: firstAbortMs + 50,
    durationMs: 5_000,
    ranMs: 3,
    queuedMs: 1_400,
    voluntarySwitches: 1,
    states: { R: 66 },
    waitChannels: { running: 66 },
    ...overrides,
  };
  const loop = { pid: backendPid, tid: backendPid, samples: 90, samplesAtSelector: 24, goneMs: null };
  const evidence = makeHang({ loops: [{ ...loop, stints: [stint] }] });
  return wasStarved(findMisses(evidence), evidence);
}

test('a loop that was ready to run all the time and hardly ran was starved', () => {
  expect(starved({})).toBe(true);
});

test.each<[string, Partial<Stint>]>([
  ['ran', { ranMs: 4_900, queuedMs: 50 }],
  ['slept', { states: { S: 66 }, queuedMs: 0 }],
  ['asked for the interpreter lock', { states: { R: 40, S: 26 }, voluntarySwitches: 900, queuedMs: 300 }],
  ['may have run, for all the kernel tells,', { ranMs: null, queuedMs: null }],
  ['stood still for a moment only', { durationMs: 2_000 }],
  ['stood still before the probes did', { startMs: 0, durationMs: 2_300 }],
])('one that %s was not', (_, overrides) => {
  expect(starved(overrides)).toBe(false);
});
