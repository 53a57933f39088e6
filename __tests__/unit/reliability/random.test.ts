import { expect, test } from '@jest/globals';
import { drawInterruptions } from '../../support/reliability/interruption.ts';
import { seeded } from '../../support/reliability/random.ts';

test('a seed gives the same moments again, another one others', () => {
  const shares = (seed: number) => drawInterruptions('kill', 20, seed).map(({ share }) => share);
  expect(shares(1)).toEqual(shares(1));
  expect(shares(1)).not.toEqual(shares(2));
  expect(shares(1)).not.toEqual(drawInterruptions('cancellation', 20, 1).map(({ share }) => share));
});

test('moments lie all over the life of a run', () => {
  const random = seeded(3);
  const tenths = new Set(Array.from({ length: 200 }, () => Math.floor(random() * 10)));
  expect([...tenths].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('every door, life and signal is drawn', () => {
  const drawn = drawInterruptions('cancellation', 100, 1);
  expect(new Set(drawn.map(({ door, life }) => `${door} ${life.name}`)).size).toBe(10);
  expect(new Set(drawn.map(({ signals }) => signals.join(' '))).size).toBe(5);
});
