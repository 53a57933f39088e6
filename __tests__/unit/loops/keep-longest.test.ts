import { expect, test } from '@jest/globals';
import type { Stint } from '../../../src/evidence/schema.ts';
import { keepLongest } from '../../../src/loops/keep-longest.ts';

const stint = (startMs: number, durationMs: number): Stint => ({
  startMs,
  durationMs,
  ranMs: null,
  queuedMs: null,
  voluntarySwitches: null,
  states: {},
  waitChannels: {},
});

/** As the sampler tells of a stint: again and again while it grows. */
function grow(kept: Stint[], current: Stint, toMs: number): void {
  for (; current.durationMs <= toMs; current.durationMs += 50) keepLongest(kept, current);
}

test('a stint that goes on is kept once, and a short one not at all', () => {
  const kept: Stint[] = [];
  grow(kept, stint(0, 0), 200);
  grow(kept, stint(1_000, 0), 5_000);
  expect(kept.map(({ startMs }) => startMs)).toEqual([1_000]);
});

test('a hang after many short blocks takes the place of the shortest', () => {
  const kept: Stint[] = [];
  for (let index = 0; index < 60; index += 1) grow(kept, stint(index, 0), index === 7 ? 250 : 300);
  grow(kept, stint(100, 0), 5_000);
  expect(kept).toHaveLength(50);
  expect(kept.at(-1)).toMatchObject({ startMs: 100, durationMs: 5_050 });
  expect(kept.map(({ startMs }) => startMs)).not.toContain(7);
});
