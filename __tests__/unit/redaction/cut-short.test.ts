import { expect, test } from '@jest/globals';
import { cutShort } from '../../../src/redaction/cut-short.ts';
import { Redactor } from '../../../src/redaction/redactor.ts';

const secret = 's3cr3t-in-a-test';
const redactor = new Redactor([secret]);

test('a short text stays as it is', () => {
  expect(cutShort('here', 4)).toBe('here');
});

test.each(Array.from({ length: 20 }, (_, index) => 14 + index))(
  'no half of a secret is left at %d',
  (length) => {
    const text = redactor.text(`pid 1 (${cutShort(`--api-key=${secret} --port 80`, length)})`);
    expect(text).not.toContain(secret.slice(0, 6));
    expect(text).toMatch(/^pid 1 \(--api-key=/);
  },
);

test.each([
  ['postgresql://app:hunter2000@db/shop', 24, 'postgresql://***…'],
  ['see https://docs.example.com/a/long/page', 30, 'see https://docs.example.com/…'],
  ['nothing secret about it', 10, 'nothing s…'],
])('%s, cut at %d', (text, length, expected) => {
  expect(redactor.text(cutShort(text, length))).toBe(expected);
});

test('a text of very many cuts takes no time', () => {
  const text = `${'x'.repeat(30)}…`.repeat(66_000);
  const beganMs = performance.now();
  expect(new Redactor([secret, `${secret}-2`, `${secret}-3`]).text(text)).toBe(text);
  expect(performance.now() - beganMs).toBeLessThan(5_000);
});
