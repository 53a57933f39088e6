/** The rest of the answers that a client could choke on. */
import { expect, test } from '@jest/globals';
import { attack, healthy, notExercised, notReady, outcome, unresponsive } from '../support/cli/attack.ts';

test.each([
  { words: ['endless_header'], expected: unresponsive },
  { words: ['endless_status'], expected: unresponsive },
  { words: ['trickle_header'], expected: unresponsive },
  { words: ['trickle_header', 'boot'], expected: notReady },
  { words: ['informational', 'boot'], expected: notReady },
  { words: ['gzip_bomb'], expected: healthy },
  { words: ['redirects'], expected: healthy },
  { words: ['redirects', 'boot'], expected: healthy },
  { words: ['garbage'], expected: unresponsive },
  { words: ['garbage', 'boot'], expected: notReady },
  { words: ['stream_endless_lines'], expected: healthy },
  { words: ['stream_trickle'], expected: healthy },
  { words: ['stream_informational'], expected: notExercised },
])('a backend whose answer is: $words', async ({ words, expected }) => {
  const run = await attack('hostile_http', words);
  expect({ ...outcome(run), stderr: run.stderr }).toEqual({ ...expected, stderr: '' });
});
