import { expect, test } from '@jest/globals';
import { withTilde } from '../../../src/reporters/text.ts';

test.each([
  ['py-spy 0.4.3: /home/runner/.cache/py-spy', '/home/runner', 'py-spy 0.4.3: ~/.cache/py-spy'],
  ['py-spy 0.4.3: /home/runners/py-spy', '/home/runner', 'py-spy 0.4.3: /home/runners/py-spy'],
  ['/opt/py-spy', '/', '/opt/py-spy'],
])('%s below %s is %s', (text, home, expected) => {
  expect(withTilde(text, home)).toBe(expected);
});
