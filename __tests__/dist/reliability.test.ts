/** A few of the runs that `npm run reliability` cuts short, at moments that are the same every time. */
import { expect, test } from '@jest/globals';
import { requiredPython } from '../support/cli/python.ts';
import { drawInterruptions } from '../support/reliability/interruption.ts';
import { runInterruptions } from '../support/reliability/interruptions.ts';
import { lives } from '../support/reliability/lives.ts';
import { interruptLine } from '../support/reliability/tables.ts';

const seed = 4;
const some = lives.filter(({ name }) => ['leaves a daemon', 'hangs, ignores SIGTERM'].includes(name));

test('6 cancelled and 3 killed runs leave nothing, and say how far they got', async () => {
  const drawn = [
    ...drawInterruptions('cancellation', 6, seed, some),
    ...drawInterruptions('kill', 3, seed, some),
  ];
  const outcomes = await runInterruptions(drawn, {
    python: requiredPython(),
    jobs: 3,
    signal: new AbortController().signal,
  });
  expect(outcomes.filter(({ wrong }) => wrong.length > 0).map(interruptLine)).toEqual([]);
  expect(outcomes).toHaveLength(9);
  expect(new Set(outcomes.map(({ reason }) => reason))).toContain('interrupted');
}, 180_000);
