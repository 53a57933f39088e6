import { describe, expect, test } from '@jest/globals';
import type { Baseline } from '../../../src/evidence/baseline-schema.ts';
import { type Evidence, evidenceSchema } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import type { Result } from '../../../src/verdict/result.ts';
import {
  backendPid,
  backendProcess,
  dump,
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  newsWorker,
  proofDump,
  silenceDumps,
  stack,
  stream,
} from '../../support/make-evidence.ts';

const blocked = silenceDumps([
  newsWorker('ThreadPoolExecutor-0_0'),
  loopThread(stack.blockedInExecutorExit311()),
]);
const hang = makeHang({ dumps: blocked });
const healthy = makeEvidence();
const other = (pid = 4711) =>
  silenceDumps([loopThread(stack.onLoop([frame('spin', '/work/shop/app/cpu.py', 5)]), pid)], { pid });

/** As it is read from the result of an earlier run. */
const baselineOf = (earlier: Result, newOnly = false): Baseline => ({
  path: 'base',
  newOnly,
  result: JSON.parse(JSON.stringify(earlier)),
});
const against = (evidence: Evidence, earlier: Evidence | Result, newOnly = false): Result =>
  judge({
    ...evidence,
    baseline: baselineOf('findings' in earlier ? earlier : judge(earlier), newOnly),
  });
const changes = ({ baseline }: Result) =>
  baseline?.findings.map(({ change, ruleId }) => `${change} ${ruleId}`);

describe('beside an earlier run', () => {
  test('a hang that was not there is new', () => {
    const result = against(hang, healthy);
    expect(result).toMatchObject({ verdict: 'fail', reason: 'loop-blocked' });
    expect(changes(result)).toEqual(['new executor-exit']);
  });

  test('a hang that was there is known, on another line of the same function too', () => {
    const before = judge(hang);
    expect(before.findings[0]?.fingerprint).toBe('executor-exit app/main.py news_stream');
    expect(changes(against(hang, before))).toEqual(['known executor-exit']);
    expect(against(hang, before)).toMatchObject({ verdict: 'fail', reason: 'loop-blocked' });
  });

  test('a hang that was there and is not any more is gone, where the run would have seen it', () => {
    expect(changes(against(healthy, hang))).toEqual(['gone executor-exit']);
    expect(changes(against(makeEvidence({ streams: [] }), hang))).toEqual([
      'new not-exercised',
      'unseen executor-exit',
    ]);
  });

  test('latencies, silences and leaks stand side by side', () => {
    const { baseline } = against(hang, healthy);
    expect(baseline).toMatchObject({ path: 'base', verdict: 'pass', reason: 'healthy', newOnly: false });
    expect(baseline?.probes).toEqual(
      ['/', '/health'].map((path) => ({
        path,
        before: { p50Ms: 3, maxMs: 3, missed: 0 },
        now: { p50Ms: 3, maxMs: 5_100, missed: 1 },
      })),
    );
    expect(baseline?.longestStallMs).toEqual({ before: null, now: 5_100 });
    expect(baseline?.leaks).toEqual([]);
  });

  test('a run without a baseline has no comparison', () => {
    expect(judge(hang).baseline).toBeUndefined();
  });

  test('the evidence holds it, so that the judgement can be repeated', () => {
    const evidence: Evidence = { ...hang, baseline: baselineOf(judge(hang), true) };
    const read = evidenceSchema.parse(JSON.parse(JSON.stringify(evidence)));
    expect(judge(read)).toEqual(judge(evidence));
    expect(judge(read).reason).toBe('known-findings');
  });
});

describe('where only new findings count', () => {
  test('a known hang passes as such, is told as a warning, and so is what was not tested because of it', () => {
    const result = against(hang, hang, true);
    expect(result).toMatchObject({ verdict: 'pass', reason: 'known-findings', culprit: null });
    expect(result.message).toMatch(
      /^Nothing new beside what the baseline has too: `executor-exit` at app\/main\.py:24\. It ended the run early, so this was not tested: 2 of 3 waves, a new stream after the aborts, leaks and the proof that every loop is free\.$/,
    );
    expect(result.findings).toMatchObject([
      { level: 'warning', known: true, ruleId: 'executor-exit', location: { file: 'app/main.py' } },
    ]);
    expect(result.baseline?.notExercised).toHaveLength(4);
  });

  test('a baseline that passed with it, since its own baseline knew it, knows it too', () => {
    const before = against(hang, hang, true);
    expect(against(hang, before, true).reason).toBe('known-findings');
  });

  test('a hang in another function fails', () => {
    const result = against(makeHang({ dumps: other() }), hang, true);
    expect(result).toMatchObject({ verdict: 'fail', culprit: { file: 'app/cpu.py' } });
    expect(changes(result)).toEqual(['new unnamed', 'unseen executor-exit']);
  });

  test('a hang in another worker is not hidden by a known one', () => {
    const two = makeHang({
      dumps: [...blocked, ...other(4712)],
      processes: [backendProcess({ role: 'worker' }), backendProcess({ pid: 4712, role: 'worker' })],
    });
    expect(judge(two).culprit?.file).toBe('app/main.py');
    expect(against(two, hang, true)).toMatchObject({ verdict: 'fail', culprit: { file: 'app/cpu.py' } });
  });

  test('a loop that stands still without a stack is not hidden by a known hang', () => {
    const stint = {
      startMs: 2_320,
      durationMs: 5_080,
      ranMs: 0,
      queuedMs: 0,
      voluntarySwitches: 0,
      states: { S: 100 },
      waitChannels: { futex_do_wait: 100 },
    };
    const loop = { pid: 4712, tid: 4712, samples: 160, samplesAtSelector: 60, stints: [stint], goneMs: null };
    const result = against(makeHang({ dumps: blocked, loops: [loop] }), hang, true);
    expect(result).toMatchObject({ verdict: 'fail', reason: 'loop-blocked', culprit: null });
    expect(result.findings[0]?.pid).toBe(4712);
  });

  test.each<[string, Partial<Evidence>]>([
    ['a crash', { backend: { ...hang.backend, exit: { atMs: 5_000, code: 1, signal: null } } }],
    ['an error of the gate', { gateErrors: [{ code: 'internal', message: 'no' }] }],
  ])('%s beside a known hang is not hidden by it', (_, more) => {
    expect(against({ ...hang, ...more }, hang, true)).toMatchObject({ verdict: 'fail' });
  });

  test('what cannot be told apart from others of its kind is never known', () => {
    const crash = makeEvidence({ backend: { exit: { atMs: 5_000, code: 1, signal: null } } });
    expect(against(crash, crash, true)).toMatchObject({ verdict: 'fail', reason: 'crashed' });
  });

  test('inconclusive stays inconclusive', () => {
    const nothing = makeEvidence({ streams: [] });
    expect(against(nothing, nothing, true)).toMatchObject({
      verdict: 'inconclusive',
      reason: 'not-exercised',
    });
  });

  test('a green run is as green as without', () => {
    expect(against(healthy, hang, true)).toMatchObject({ verdict: 'pass', reason: 'healthy' });
  });

  describe('a leak', () => {
    const sample = (aborted: number, fds: number) => ({
      atMs: 1_000 + aborted,
      pid: 4711,
      fds,
      sockets: 2,
      threads: 6,
      closeWait: 0,
      abortedStreams: aborted,
      moment: aborted === 0 ? ('baseline' as const) : ('released' as const),
    });
    const leaking = (perStream: number) =>
      makeEvidence({ resources: [0, 15, 30].map((aborted) => sample(aborted, 14 + perStream * aborted)) });

    test('that is as it was is known', () => {
      const result = against(leaking(1), leaking(1), true);
      expect(result).toMatchObject({ verdict: 'pass', reason: 'known-findings' });
      expect(result.leaks).toEqual([{ noun: 'descriptors', perStream: 1 }]);
      expect(result.baseline?.leaks).toEqual([{ noun: 'descriptors', before: 1, now: 1 }]);
    });

    test('that has grown fails', () => {
      const result = against(leaking(2), leaking(1), true);
      expect(result).toMatchObject({ verdict: 'fail', reason: 'leak' });
      expect(changes(result)).toEqual(['grown leak']);
    });
  });
});

describe('what a known finding that ended nothing does not hide', () => {
  const held = (atMs: number, threads: number, moment: 'baseline' | 'released', abortedStreams: number) => ({
    ...{ atMs, pid: backendPid, fds: 14, sockets: 2, threads, moment, abortedStreams },
  });
  const resources = [
    held(1_200, 6, 'baseline', 0),
    held(7_500, 21, 'released', 15),
    held(14_000, 36, 'released', 30),
  ];
  const refused = { streamsAfter: [stream({ wave: 0, status: 503, end: 'ended', firstByteMs: 7_600 })] };
  const hangingShutdown = {
    plan: { shutdownTimeoutMs: 10_000 },
    shutdown: { askedMs: 7_700, endedMs: null },
    dumps: [
      proofDump(),
      ...[7_800, 8_300, 9_300].map((startMs) =>
        dump({ trigger: 'shutdown', startMs, threads: [loopThread(stack.blockedInExecutorExit311())] }),
      ),
    ],
  };
  const stuck = [7_650, 7_800].map((startMs) =>
    proofDump({ startMs, threads: [loopThread(stack.blockedInRequests())] }),
  );

  test.each([
    ['a shutdown that hangs', { resources }, { resources, ...hangingShutdown }, 'shutdown-blocked'],
    ['a leak', refused, { ...refused, resources }, 'leak'],
    ['a loop that was not seen free', refused, { ...refused, dumps: stuck }, 'loop-unproven'],
  ])('%s', (_, known, now, reason) => {
    const result = against(makeEvidence(now), makeEvidence(known), true);
    expect(result).toMatchObject({
      reason,
      findings: [{ level: 'error' }, { level: 'warning', known: true }],
    });
    expect(result.verdict).not.toBe('pass');
    expect(changes(result)?.[0]).toMatch(/^new /);
  });

  test('nothing, when that is known as well', () => {
    const both = makeEvidence({ ...refused, resources });
    expect(judge(both).findings).toMatchObject([
      { ruleId: 'stream-refused', level: 'error' },
      { ruleId: 'leak', level: 'warning', behind: true },
    ]);
    expect(changes(against(both, both))).toEqual(['known stream-refused']);
    const result = against(both, both, true);
    expect(result).toMatchObject({ verdict: 'pass', reason: 'known-findings' });
    expect(result.message).toMatch(/: `leak` and `stream-refused`\.$/);
    expect(changes(result)).toEqual(['known leak', 'known stream-refused']);
    expect(against(both, result, true)).toMatchObject({ verdict: 'pass', reason: 'known-findings' });
  });
});
