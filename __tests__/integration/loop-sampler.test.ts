import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, expect, test } from '@jest/globals';
import type { Stint } from '../../src/evidence/schema.ts';
import { LoopSampler } from '../../src/loops/loop-sampler.ts';
import { requiredPython } from '../support/cli/python.ts';
import { planOf, recorderOf } from './support/parts.ts';
import { until } from './support/waiting.ts';

const ignore = () => {};
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Follows a program that waits as a loop does, works, and sleeps, until it has been away for half a second or more. */
async function stintOf({ worksSeconds }: { readonly worksSeconds: number }): Promise<Stint> {
  const program = `
import select, time
select.epoll().poll(0.7)
end = time.monotonic() + ${worksSeconds}
while time.monotonic() < end: pass
time.sleep(60)
`;
  const child = spawn(requiredPython(), ['-c', program], { stdio: 'ignore' });
  children.push(child);
  const recorder = recorderOf(planOf({ url: 'http://127.0.0.1:9' }));
  using sampler = new LoopSampler({
    recorder,
    deadlineMs: 60_000,
    dumpAfterMs: 60_000,
    onStanding: ignore,
    onTurnsAgain: ignore,
    isBlocked: () => false,
  });
  sampler.follow(child.pid as number);
  sampler.start();
  const stints = () => recorder.evidence.loops.flatMap((loop) => loop.stints);
  await until(() => stints().some(({ durationMs }) => durationMs >= 500), 'an absence');
  const [stint] = stints();
  if (!stint) throw new Error('No absence was seen.');
  return stint;
}

test('a loop that works for a moment before it falls asleep has slept throughout', async () => {
  const stint = await stintOf({ worksSeconds: 0.08 });

  expect(stint).toMatchObject({ voluntarySwitches: 0, states: { S: expect.any(Number) } });
  expect(Object.keys(stint.states)).toEqual(['S']);
});

test('a loop that works for long before it falls asleep is away for the whole time', async () => {
  const stint = await stintOf({ worksSeconds: 0.4 });

  expect(stint).toMatchObject({ voluntarySwitches: 1, states: { R: expect.any(Number) } });
});
