import { expect, test } from '@jest/globals';
import { harmless, withTilde } from '../../../src/reporters/text.ts';

test('letters stand in the order in which they are read', () => {
  expect(harmless('ValueError: \u202egnp.live\u2066')).toBe('ValueError: ‹U+202E›gnp.live‹U+2066›');
});

test.each([
  ['py-spy 0.4.3: /home/runner/.cache/py-spy', '/home/runner', 'py-spy 0.4.3: ~/.cache/py-spy'],
  ['py-spy 0.4.3: /home/runners/py-spy', '/home/runner', 'py-spy 0.4.3: /home/runners/py-spy'],
  ['/opt/py-spy', '/', '/opt/py-spy'],
])('%s below %s is %s', (text, home, expected) => {
  expect(withTilde(text, home)).toBe(expected);
});
