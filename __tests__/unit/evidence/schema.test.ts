import { expect, test } from '@jest/globals';
import { evidenceSchema } from '../../../src/evidence/schema.ts';
import {
  loopThread,
  makeEvidence,
  makeHang,
  requestTask,
  silenceDumps,
  stack,
  taskGraph,
} from '../../support/make-evidence.ts';

test.each([
  ['a healthy run', makeEvidence()],
  ['a hang', makeHang({ dumps: silenceDumps([loopThread(stack.blockedInSleep())]) })],
  [
    'a lost await',
    makeHang({ taskGraphs: [taskGraph({ tasks: [requestTask('1', stack.blockedInSleep())] })] }),
  ],
])('the evidence of %s survives its way through a file', (_, evidence) => {
  expect(evidenceSchema.parse(JSON.parse(JSON.stringify(evidence)))).toEqual(evidence);
});

test('what a later version adds is left out', () => {
  expect(evidenceSchema.parse({ ...makeEvidence(), later: true })).toEqual(makeEvidence());
});

test('an older file without tasks is still good', () => {
  const { taskGraphs: _added, ...older } = makeEvidence();
  expect(evidenceSchema.parse(older)).toEqual(makeEvidence());
});

test.each([
  ['another version', { schemaVersion: 2 }],
  ['no probes', { probes: undefined }],
  ['a time that is a text', { durationMs: '5s' }],
  ['an end that nobody knows', { streams: [{ ...makeEvidence().streams[0], end: 'vanished' }] }],
])('%s is refused', (_, overrides) => {
  expect(evidenceSchema.safeParse({ ...makeEvidence(), ...overrides }).success).toBe(false);
});
