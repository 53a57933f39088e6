/** What two boots of one run say together. */
import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../../src/evidence/schema.ts';
import { judge, restingOnLatency } from '../../../src/verdict/judge.ts';
import {
  failedDump,
  loopThread,
  makeEvidence,
  makeHang,
  scheduling,
  silenceDumps,
  stack,
  stream,
} from '../../support/make-evidence.ts';

const green = makeEvidence();
/** No stack, so that nothing but time tells. */
const late = makeHang({ dumps: [failedDump()] });
const starved = makeEvidence({
  probes: green.probes.map((probe, at) => (at === 20 ? { ...probe, latencyMs: 6_000 } : probe)),
  gate: { delays: [{ startMs: green.probes[20]?.sentMs ?? 0, durationMs: 5_900 }], maxDelayMs: 5_900 },
});
const blocked = makeHang({
  dumps: silenceDumps([loopThread(stack.blockedInSleep())], { loopScheduling: scheduling() }),
});
const interrupted = { ...green, interrupted: 'SIGINT' };

test.each<[string, Evidence, Evidence, string, string]>([
  ['late twice', late, late, 'fail', 'service-unresponsive'],
  ['late once, then in time', late, green, 'inconclusive', 'not-reproduced'],
  ['late, then seen blocked', late, blocked, 'fail', 'loop-blocked'],
  ['late, then on a busy machine', late, starved, 'inconclusive', 'runner-starved'],
  ['late, then interrupted', late, interrupted, 'inconclusive', 'interrupted'],
  ['on a busy machine, then in time', starved, green, 'pass', 'healthy'],
  ['on a busy machine twice', starved, starved, 'inconclusive', 'runner-starved'],
  ['on a busy machine, then late', starved, late, 'inconclusive', 'not-reproduced'],
  ['on a busy machine, then seen blocked', starved, blocked, 'fail', 'loop-blocked'],
  ['on a busy machine, then interrupted', starved, interrupted, 'inconclusive', 'interrupted'],
])('%s', (_, earlier, second, verdict, reason) => {
  const result = judge({ ...second, earlier });
  expect(result).toMatchObject({ verdict, reason });
  expect(result.attempts.map((attempt) => attempt.reason)).toEqual([
    judge(earlier).reason,
    judge(second).reason,
  ]);
  expect(result.durationMs).toBe((earlier.durationMs ?? 0) + (second.durationMs ?? 0));
});

describe('the words', () => {
  test('reproduced 2 of 2, in verdict and finding alike', () => {
    const { message, findings } = judge({ ...late, earlier: late });
    expect(message).toMatch(/did not answer for 5\.\d s.* \(reproduced 2 of 2, each on a fresh boot\)\.$/);
    expect(findings.map((finding) => finding.message)).toEqual([message]);
  });

  test('both numbers where it was not', () => {
    expect(judge({ ...green, earlier: late }).message).toMatch(
      /^Seen in 1 of 2 attempts, so nobody is blamed: .* did not answer for 5\.\d s.* On a fresh boot every probe was answered, the slowest after 3 ms\.$/,
    );
  });

  test('a pass says how the first attempt ended', () => {
    const { message, findings } = judge({ ...green, earlier: starved });
    expect(message).not.toContain('reproduced');
    expect(findings).toMatchObject([
      {
        ruleId: 'not-reproduced',
        level: 'note',
        message: expect.stringMatching(
          /^This is the second attempt.*`runner-starved`: The gate itself stood still for up to 5\.9 s/,
        ),
      },
    ]);
  });
});

describe('a second attempt', () => {
  const restsOn = (evidence: Evidence) => restingOnLatency(evidence) ?? 'nothing';
  const spinning = (ranMs: number) =>
    makeHang({
      dumps: silenceDumps([loopThread(stack.blockedInSleep())]).map((dump, at) => ({
        ...dump,
        loopScheduling: scheduling({
          state: 'R',
          ranMs: 900 + at * ranMs,
          queuedMs: 10 + at * 600,
          voluntarySwitches: 7,
        }),
      })),
    });
  const silent = stream({ status: null, firstByteMs: null, end: 'aborted' });

  test.each<[string, Evidence, string]>([
    ['nobody answered, and no stack tells why', late, 'service-unresponsive'],
    ['the machine was too busy', starved, 'runner-starved'],
    ['a loop hardly had a turn in the middle of something', spinning(40), 'loop-blocked'],
    ['a new stream gets no answer', makeEvidence({ streamsAfter: [silent] }), 'stream-refused'],
  ])('is made where %s', (_, evidence, reason) => {
    expect(restsOn(evidence)).toBe(reason);
  });

  test.each<[string, Evidence]>([
    ['it is green', green],
    ['the dumps show one place', blocked],
    ['a loop spins and has a processor', spinning(900)],
    ['a new stream is refused', makeEvidence({ streamsAfter: [stream({ status: 503 })] })],
    [
      'a route fails',
      makeEvidence({
        probes: green.probes.map((probe) => ({ ...probe, status: probe.sentMs > 3_000 ? 500 : 200 })),
      }),
    ],
    ['the backend crashed', makeEvidence({ backend: { exit: { atMs: 3_000, code: 1, signal: null } } })],
    ['it was interrupted', interrupted],
    ['nothing was exercised', makeEvidence({ streams: [] })],
  ])('is not made where %s', (_, evidence) => {
    expect(restsOn(evidence)).toBe('nothing');
  });

  test('is made of a worker that died on a machine that stood still, and not of another', () => {
    const loops = green.loops.map((loop) => ({ ...loop, goneMs: 7_000 }));
    expect(restsOn(makeEvidence({ loops }))).toBe('nothing');
    const delays = [{ startMs: 1_500, durationMs: 5_000 }];
    expect(restsOn(makeEvidence({ loops, gate: { delays } }))).toBe('worker-replaced');
  });
});
