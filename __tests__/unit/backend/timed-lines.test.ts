import { expect, test } from '@jest/globals';
import { TimedLines } from '../../../src/backend/timed-lines.ts';

function linesOf(most: number, ...pieces: readonly (readonly [atMs: number, text: string | Buffer])[]) {
  const lines = new TimedLines(most);
  for (const [atMs, text] of pieces) lines.take(Buffer.from(text), atMs);
  return lines.read().map(({ atMs, text }) => `${atMs} ${text}`);
}

test('a line has the time of its first byte, however it is cut', () => {
  expect(linesOf(9, [1, 'one\ntw'], [2, 'o'], [3, '\r\nthree'])).toEqual(['1 one', '1 two', '3 three']);
  const euro = Buffer.from('1 €\n');
  expect(linesOf(9, [1, euro.subarray(0, 3)], [2, euro.subarray(3)])).toEqual(['1 1 €']);
});

test('only the last ones are kept, within and across pieces', () => {
  expect(linesOf(2, [1, 'a\nb\nc\n'], [2, 'd\n'])).toEqual(['1 c', '2 d']);
  expect(linesOf(2, [1, 'half'], [2, 'a\nb\nc\nd'])).toEqual(['2 c', '2 d']);
  expect(linesOf(2, [1, 'x\n'.repeat(100_000)], [2, 'end'])).toEqual(['1 x', '2 end']);
});

test('empty lines and terminal escapes are dropped, and long lines cut', () => {
  expect(linesOf(9, [1, '\n\n \n\x1b[31mred\x1b[0m\n'])).toEqual(['1 red']);
  expect(linesOf(9, [1, 'y'.repeat(10_000)], [2, 'y'.repeat(10_000)])[0]).toHaveLength(502);
});
