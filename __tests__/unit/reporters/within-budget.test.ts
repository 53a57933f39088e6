import { expect, test } from '@jest/globals';
import { withinBudget } from '../../../src/reporters/within-budget.ts';

const rest = 'The rest did not fit here; it is in the report.';
const size = (parts: readonly string[]) => Buffer.byteLength(parts.join('\n\n'));

test('what fits stays as it is', () => {
  expect(withinBudget(['verdict', 'table', 'log'], 100)).toEqual(['verdict', 'table', 'log']);
});

test('a part that is too large takes nothing with it', () => {
  expect(withinBudget(['verdict', 'x'.repeat(300), 'log'], 200)).toEqual(['verdict', 'log', rest]);
});

test('the weightier parts come first', () => {
  const parts = ['verdict', 'a'.repeat(60), 'b'.repeat(60), 'c'.repeat(60)];
  expect(withinBudget(parts, 200)).toEqual(['verdict', 'a'.repeat(60), 'b'.repeat(60), rest]);
});

test.each(['v', 'ü', '🧵'])('the verdict is there at worst cut short: %s', (letter) => {
  const parts = withinBudget([letter.repeat(1_000), 'table'], 200);
  expect(parts[0]).toMatch(new RegExp(`^${letter}+…$`, 'u'));
  expect(parts.at(-1)).toBe(rest);
  expect(size(parts)).toBeLessThanOrEqual(200);
});
