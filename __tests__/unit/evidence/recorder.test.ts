import { expect, test } from '@jest/globals';
import { type PhaseListener, Recorder } from '../../../src/evidence/recorder.ts';
import { evidenceSchema } from '../../../src/evidence/schema.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { settingsOf } from '../../support/settings.ts';

const settings = settingsOf({ stream: '/chat?topic=x', 'stream-method': 'POST' });
const plan = makePlan(settings, { kind: 'argv', argv: ['python', 'my app.py'] }, 8_123, '/work/shop');

function record() {
  const heard: string[] = [];
  const listener: PhaseListener = {
    onPhaseStart: ({ name }) => heard.push(`${name} begins`),
    onPhaseEnd: ({ name, note }, outcome) => heard.push(`${name} ${outcome}: ${note}`),
    onNotice: (text) => heard.push(text),
  };
  return { recorder: new Recorder(plan, '/work/shop', listener), heard };
}

test('a run that saw nothing is complete evidence, and no pass', () => {
  const evidence = record().recorder.finish();
  expect(evidenceSchema.parse(evidence)).toEqual(evidence);
  expect(evidence.plan).toMatchObject({
    command: "python 'my app.py'",
    streamMethod: 'POST',
    streamPath: '/chat',
    waves: 3,
    clients: 5,
  });
  expect(judge(evidence).verdict).toBe('inconclusive');
});

test('a phase is told as it begins and ends', async () => {
  const { recorder, heard } = record();
  const value = await recorder.phase('boot', async (phase) => {
    phase.announce('installing');
    phase.note('answers');
    return 42;
  });
  expect(value).toBe(42);
  expect(heard).toEqual(['boot begins', 'installing', 'boot done: answers']);
  expect(recorder.evidence.phases).toMatchObject([{ name: 'boot', note: 'answers' }]);
  expect(recorder.evidence.phases[0]?.durationMs).toBeGreaterThanOrEqual(0);
});

test('a phase may fail without an error', async () => {
  const { recorder, heard } = record();
  await recorder.phase('wave 1', async (phase) => phase.failed('silent'));
  expect(heard).toEqual(['wave 1 begins', 'wave 1 failed: silent']);
});

test('a phase that throws has an end, too', async () => {
  const { recorder, heard } = record();
  const work = recorder.phase('boot', async () => {
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(heard).toEqual(['boot begins', 'boot failed: null']);
  expect(recorder.evidence.phases[0]?.durationMs).not.toBeNull();
});
