/** Answers that never end, and other ones that a client could choke on. */
import { expect, test } from '@jest/globals';
import { attack, healthy, notReady, outcome, unresponsive } from '../support/cli/attack.ts';

test.concurrent.each([
  { words: ['endless_body'], expected: unresponsive },
  { words: ['endless_body', 'boot'], expected: notReady },
  { words: ['endless_headers'], expected: unresponsive },
  { words: ['trickle'], expected: unresponsive },
  { words: ['informational'], expected: unresponsive },
  { words: ['gzip_bomb', 'boot'], expected: healthy },
  { words: ['stream_endless_event'], expected: healthy },
])('a backend whose answer is: $words', async ({ words, expected }) => {
  const run = await attack('hostile_http', words);
  expect({ ...outcome(run), stderr: run.stderr }).toEqual({ ...expected, stderr: '' });
});
