/** The artifact service fails after it has said yes: the verdict stands all the same. */
import { test } from '@jest/globals';
import { copyAction } from '../support/runner/action-copy.ts';
import { expectOnlySaid, notReadyWith } from '../support/runner/not-ready-step.ts';

const action = copyAction();

test.each([
  ['takes no bytes', 'blob hang', /artifact report failed: no answer within 30 s/],
  ['refuses the bytes', 'blob forbidden', /artifact report failed/],
  ['drops the connection', 'blob reset', /artifact report failed/],
  ['does not take the end', 'finalize broken', /artifact report failed/],
  ['never answers the end', 'finalize hang', /artifact report failed: no answer within 30 s/],
] as const)('the store %s', async (_, mode, said) => {
  expectOnlySaid(await notReadyWith(action, mode), said);
});
