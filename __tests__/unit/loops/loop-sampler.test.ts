import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Recorder } from '../../../src/evidence/recorder.ts';
import { LoopSampler } from '../../../src/loops/loop-sampler.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { settingsOf } from '../../support/settings.ts';

const ignore = () => {};

test('a loop that a dump has shown in another thread is followed there from then on', () => {
  const plan = makePlan(settingsOf({ url: 'http://127.0.0.1:9' }), undefined, undefined, '/');
  const recorder = new Recorder(plan, '/', { onPhaseStart: ignore, onPhaseEnd: ignore, onNotice: ignore });
  using sampler = new LoopSampler({
    recorder,
    deadlineMs: 5_000,
    dumpAfterMs: 1_000,
    onStanding: ignore,
    onTurnsAgain: ignore,
    isBlocked: () => false,
  });
  const other = readdirSync('/proc/self/task')
    .map(Number)
    .find((tid) => tid !== process.pid);

  sampler.follow(process.pid);
  expect(recorder.evidence.loops).toMatchObject([{ tid: process.pid }]);
  sampler.follow(process.pid, other);
  sampler.follow(process.pid);
  expect(recorder.evidence.loops).toMatchObject([{ tid: other }]);
});
