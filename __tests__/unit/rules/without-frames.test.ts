/** Dumps by `/proc` alone: the threads are there, so only the kernel can tell what their loop does. */
import { describe, expect, test } from '@jest/globals';
import type { Evidence, Stint } from '../../../src/evidence/schema.ts';
import { renderSummary } from '../../../src/reporters/job-summary.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  backendPid,
  backendProcess,
  firstAbortMs,
  makeEvidence,
  makeHang,
  scheduling,
  threadsOnly,
} from '../../support/make-evidence.ts';

const dumps = [3_400, 3_900, 4_900].map((startMs) => threadsOnly({ startMs }));

/** The loop's thread sleeps in one place from the abort to the end. */
function loops(overrides: Partial<Stint> = {}): Evidence['loops'] {
  const stint: Stint = {
    startMs: firstAbortMs + 50,
    durationMs: 5_150,
    ranMs: 0.4,
    queuedMs: 0,
    voluntarySwitches: 0,
    states: { S: 103 },
    waitChannels: { futex_do_wait: 103 },
    ...overrides,
  };
  return [
    { pid: backendPid, tid: backendPid, samples: 130, samplesAtSelector: 27, stints: [stint], goneMs: null },
  ];
}

describe('a hang', () => {
  test('is a blocked loop, with the numbers of the kernel and without a culprit', () => {
    const result = judge(makeHang({ dumps, loops: loops() }));

    expect(result).toMatchObject({ verdict: 'fail', reason: 'loop-blocked', culprit: null });
    expect(result.message).toContain(
      'its thread was in futex_do_wait in 103 of 103 samples over 5.2 s, used the processor 0 % of that time, waited for one 0 %, and gave it up by itself 0 times',
    );
  });

  test('says that dumps were taken meanwhile where they may have woken the thread', () => {
    const read = dumps.map((dump) => ({ ...dump, wakes: 5 }));
    const hang = makeHang({ dumps: read, loops: loops({ voluntarySwitches: 9, dumps: 3 }) });

    expect(judge(hang).message).toContain('and gave it up by itself 9 times while 3 dumps were taken');
  });

  test.each([
    ['woke meanwhile', { voluntarySwitches: 3 }],
    ['ran meanwhile', { states: { S: 90, R: 13 } }],
    ['came back before the deadline', { durationMs: 4_900 }],
  ])('of a loop that %s is red, but not called a blocked loop', (_, stint) => {
    const result = judge(makeHang({ dumps, loops: loops(stint) }));

    expect(result).toMatchObject({ verdict: 'fail', reason: 'service-unresponsive' });
    expect(result.message).toContain('no stack could be taken to tell why (py-spy: Permission denied');
  });

  test('of a loop that spins is a blocked loop too, without a culprit', () => {
    const spins = { states: { R: 103 }, ranMs: 5_000, waitChannels: { running: 103 } };

    expect(judge(makeHang({ dumps, loops: loops(spins) }))).toMatchObject({
      reason: 'loop-blocked',
      culprit: null,
    });
    expect(judge(makeHang({ dumps, loops: loops({ ...spins, ranMs: 500 }) })).reason).toBe(
      'service-unresponsive',
    );
  });

  test('shows no empty stacks', () => {
    const evidence = makeHang({ dumps, loops: loops() });
    const page = renderSummary({ evidence, result: judge(evidence), reportDir: '/tmp' });

    expect(page).not.toContain('Stacks of pid');
    expect(page).toContain('3 dumps by proc, without frames');
  });
});

describe('a healthy run', () => {
  const proof = (waitChannel: string | null, pid = backendPid) =>
    threadsOnly({ pid, trigger: 'proof', loopScheduling: scheduling({ waitChannel }) });

  test('passes when the loop sleeps where loops wait', () => {
    expect(judge(makeEvidence({ dumps: [proof('do_epoll_wait')] })).verdict).toBe('pass');
  });

  test.each([['futex_do_wait'], [null]])('is not proven by a thread in %j', (waitChannel) => {
    const result = judge(makeEvidence({ dumps: [proof(waitChannel)] }));

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'loop-unproven' });
    expect(result.message).toContain('py-spy: Permission denied');
  });

  test('is not proven by one worker of two', () => {
    const result = judge(
      makeEvidence({
        processes: [backendProcess(), backendProcess({ pid: 12 })],
        dumps: [proof('do_epoll_wait'), proof('futex_do_wait', 12)],
      }),
    );
    expect(result.reason).toBe('loop-unproven');
  });
});
