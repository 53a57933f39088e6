import { expect, test } from '@jest/globals';
import type { Evidence } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  backendProcess,
  dump,
  loopThread,
  makeEvidence,
  scheduling,
  stack,
} from '../../support/make-evidence.ts';

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

test('a stall that was long over is not why a worker died', () => {
  const processes = [
    backendProcess({ pid: 11, role: 'worker' }),
    backendProcess({ pid: 12, role: 'worker', alive: false }),
  ];
  const stint = {
    ...{ startMs: 1_400, durationMs: 1_800, ranMs: 0, queuedMs: 0, voluntarySwitches: 0 },
    ...{ states: { S: 36 }, waitChannels: { hrtimer_nanosleep: 36 } },
  };
  const loop = { tid: 12, samples: 900, samplesAtSelector: 850 };
  const died = (goneMs: number) =>
    judge(
      makeEvidence({
        processes,
        loops: [{ ...loop, pid: 12, stints: [stint], goneMs }],
        dumps: [2_400, 2_900].map((startMs) =>
          dump({
            ...{ pid: 12, startMs, threads: [loopThread(stack.blockedInSleep(), 12)] },
            loopScheduling: scheduling({ waitChannel: 'hrtimer_nanosleep' }),
          }),
        ),
      }),
    );
  expect(died(7_000)).toMatchObject({ reason: 'worker-replaced', culprit: null });
  expect(died(3_250).culprit).not.toBeNull();
});
