import { expect, test } from '@jest/globals';
import { SelfDelay } from '../../../src/probes/self-delay.ts';

function ticksAt(...timesMs: number[]): SelfDelay {
  const delay = new SelfDelay();
  for (const timeMs of timesMs) delay.tick(timeMs, 20);
  return delay;
}

test.each([
  ['one tick', [100], [], 0],
  ['in time', [100, 120, 140], [], 0],
  ['early', [100, 115], [], 0],
  ['jitter', [100, 370], [], 250],
  ['a delay', [100, 371], [{ startMs: 120, durationMs: 251 }], 251],
  ['in time again afterwards', [100, 1_120, 1_140], [{ startMs: 120, durationMs: 1_000 }], 1_000],
  [
    'two delays',
    [0, 420, 440, 1_060],
    [
      { startMs: 20, durationMs: 400 },
      { startMs: 460, durationMs: 600 },
    ],
    600,
  ],
])('%s', (_, timesMs, delays, maxMs) => {
  expect(ticksAt(...timesMs)).toMatchObject({ delays, maxMs });
});
