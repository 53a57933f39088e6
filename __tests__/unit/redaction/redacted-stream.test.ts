import { expect, test } from '@jest/globals';
import { Redactor } from '../../../src/redaction/redactor.ts';

const secret = 's3cr3t-in-a-test';

function pieces(...texts: string[]): string[] {
  const stream = new Redactor([secret]).stream();
  return [...texts.map((text) => stream.take(Buffer.from(text)).toString()), stream.end().toString()];
}

test('a secret that is cut in two is not written', () => {
  expect(pieces('before s3cr3t', '-in-a-test after').join('')).toBe('before *** after');
});

test('a line that has ended is not kept back, so that a log can be watched', () => {
  expect(pieces('starting\nand s3cr')).toEqual(['starting\n', 'and s3cr']);
});
