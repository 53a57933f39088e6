import { expect, test } from '@jest/globals';
import type { Evidence } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { backendProcess, makeEvidence } from '../../support/make-evidence.ts';

const died = (samplesAtSelector: number): Evidence['loops'][number] => ({
  pid: 99,
  tid: 99,
  samples: 40,
  samplesAtSelector,
  stints: [],
  goneMs: 3_000,
});

test('a process whose loop was seen is a worker, and its end a failure', () => {
  expect(judge(makeEvidence({ loops: [died(20)] }))).toMatchObject({
    verdict: 'fail',
    reason: 'worker-replaced',
    findings: [{ pid: 99 }],
  });
});

test('so is one that served, though its loop was never seen', () => {
  const processes = [...makeEvidence().processes, backendProcess({ pid: 99, role: 'worker', alive: false })];
  expect(judge(makeEvidence({ loops: [died(0)], processes })).reason).toBe('worker-replaced');
});

test('a helper that comes and goes is none', () => {
  const processes = [...makeEvidence().processes, backendProcess({ pid: 99, alive: false })];
  expect(judge(makeEvidence({ loops: [died(0)], processes })).verdict).toBe('pass');
});
