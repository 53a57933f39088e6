/** A machine too busy for a second dump in time: the kernel's accounting of the loop thread says whether one is enough. */
import { expect, test } from '@jest/globals';
import type { Dump, Stint, Thread } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { backendPid, dump, firstAbortMs, makeHang, scheduling, stack } from '../../support/make-evidence.ts';

const loopThread: Thread = {
  tid: backendPid,
  name: 'MainThread',
  ownsGil: false,
  frames: stack.blockedInExecutorExit311(),
};

/** Its only dump was asked of py-spy twice, once for its text. */
function judged(stint: Partial<Stint> = {}, overrides: Partial<Dump> = {}) {
  const seen: Stint = {
    startMs: firstAbortMs + 50,
    durationMs: 5_150,
    ranMs: 0.1,
    queuedMs: 40,
    voluntarySwitches: 4,
    states: { S: 30, R: 3 },
    waitChannels: { futex_do_wait: 30, running: 3 },
    ...stint,
  };
  const loop = { pid: backendPid, tid: backendPid, samples: 60, samplesAtSelector: 27, goneMs: null };
  const onlyDump = dump({
    threads: [loopThread],
    loopScheduling: scheduling({ waitChannel: 'futex_do_wait' }),
    wakes: 4,
    ...overrides,
  });
  return judge(makeHang({ dumps: [onlyDump], loops: [{ ...loop, stints: [seen] }] }));
}

test('a thread that woke for its dump alone stood all the time where the dump saw it', () => {
  expect(judged()).toMatchObject({
    verdict: 'fail',
    reason: 'loop-blocked',
    culprit: { file: 'app/main.py', line: 24 },
  });
});

test('a second dump that never came to its end explains more of its waking', () => {
  expect(judged({ voluntarySwitches: 6, dumps: 2 }).reason).toBe('loop-blocked');
  expect(judged({ voluntarySwitches: 10, dumps: 2 }).reason).toBe('service-unresponsive');
});

test.each([
  ['woke once more', { voluntarySwitches: 5 }, {}],
  ['came back before the deadline', { durationMs: 4_900 }, {}],
  ['was dumped by who does not tell how often that wakes', {}, { wakes: undefined }],
])('one that %s may have stood elsewhere', (_, stint, overrides) => {
  expect(judged(stint, overrides)).toMatchObject({ reason: 'service-unresponsive', culprit: null });
});

test('one that was ready to run for most of the time had no processor', () => {
  expect(judged({ states: { S: 5, R: 28 } })).toMatchObject({ reason: 'runner-starved', culprit: null });
});
