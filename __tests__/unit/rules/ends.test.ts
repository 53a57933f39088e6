/** Runs that came to another end than they should: not ready, crashed, interrupted, or the gate could not work. */
import { describe, expect, test } from '@jest/globals';
import type { Evidence, Thread } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  backendPid,
  dump,
  failedDump,
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  probeRoute,
  proofDump,
  silenceDumps,
  stack,
  thread,
} from '../../support/make-evidence.ts';

/** A backend that never answered. */
function notBooted(
  backend: Partial<Evidence['backend']> = {},
  overrides: Parameters<typeof makeEvidence>[0] = {},
) {
  return makeEvidence({
    backend: { readyMs: null, lastReadinessError: 'connect ECONNREFUSED', lastLogLines: [], ...backend },
    probes: [],
    probeRoutes: [probeRoute('/', { baselineMs: null, baselineStatus: null, intervalMs: null })],
    waves: [],
    streams: [],
    dumps: [],
    ...overrides,
  });
}

const importing = stack.onLoop([
  frame('connect', '/work/shop/app/db.py', 8),
  frame('<module>', '/work/shop/app/main.py', 3),
]);
const bootDumps = (frames = importing) => silenceDumps([loopThread(frames)], { trigger: 'boot' });

describe('a backend that never answers', () => {
  test('is not ready', () => {
    expect(judge(notBooted())).toMatchObject({
      verdict: 'inconclusive',
      reason: 'not-ready',
      message:
        'The backend did not answer at http://127.0.0.1:8123 within 60.0 s (last try: connect ECONNREFUSED).',
    });
  });

  test('exited while booting', () => {
    const exit = { atMs: 1_600, code: 1, signal: null };
    expect(
      judge(notBooted({ exit, lastLogLines: ['Traceback', '  ImportError: no fastapi  '] })).message,
    ).toBe(
      'The backend exited with code 1 after 1.5 s, before it answered. Its last line: ImportError: no fastapi',
    );
  });

  test('was killed while booting', () => {
    const exit = { atMs: 1_600, code: null, signal: 'SIGKILL' };
    expect(judge(notBooted({ exit })).message).toBe(
      'The backend was killed by SIGKILL after 1.5 s, before it answered.',
    );
  });

  test('with exit code 127 names a program that is not there', () => {
    const [finding] = judge(notBooted({ exit: { atMs: 200, code: 127, signal: null } })).findings;
    expect(finding?.ruleId).toBe('not-ready');
    expect(finding?.fix).toMatch(
      /^The command `python -m uvicorn app\.main:app --port 8123` \w+ a program that is not there: install it/,
    );
  });

  test('is blocked when its loop stands in application code', () => {
    expect(judge(notBooted({}, { dumps: bootDumps() }))).toMatchObject({
      verdict: 'fail',
      reason: 'boot-blocked',
      message:
        'The backend did not answer within 60.0 s of its start: the event loop stands at app/db.py:8 in `connect`, in a call into C; what it waits for cannot be told, since the kernel does not show where threads sleep here.',
      culprit: { file: 'app/db.py', line: 8, function: 'connect' },
    });
  });

  test.each([
    ['its loop is free', bootDumps(stack.idleAsyncio())],
    ['its loop stands in a library', bootDumps(stack.blockedInLibrary())],
    ['there was one dump only', bootDumps().slice(0, 1)],
    ['there was no stack', [failedDump({ trigger: 'boot' }), failedDump({ trigger: 'boot' })]],
    ['it is a master', bootDumps(stack.uvicornMaster())],
    ['the dumps are of something else', silenceDumps([loopThread(importing)])],
  ])('is not said to be blocked when %s', (_, dumps) => {
    expect(judge(notBooted({}, { dumps }))).toMatchObject({ verdict: 'inconclusive', reason: 'not-ready' });
  });

  test('that answered once was not blocked at boot', () => {
    expect(judge(makeEvidence({ dumps: [...bootDumps(), ...makeEvidence().dumps] })).verdict).toBe('pass');
  });
});

describe('a backend that dies', () => {
  test.each([
    [{ atMs: 3_300, code: 3, signal: null }, 'exited with code 3'],
    [{ atMs: 3_300, code: 0, signal: null }, 'exited with code 0'],
    [{ atMs: 3_300, code: null, signal: 'SIGSEGV' }, 'was killed by SIGSEGV'],
  ])('%j', (exit, words) => {
    const backend = { exit, lastLogLines: ['Segmentation fault'] };
    expect(judge(makeEvidence({ backend }))).toMatchObject({
      verdict: 'fail',
      reason: 'crashed',
      message: `The backend ${words} 2.5 s after it was ready, during the test. Its last line: Segmentation fault`,
      findings: [{ pid: backendPid }],
    });
  });

  test('without a word', () => {
    const backend = { exit: { atMs: 3_300, code: 1, signal: null }, lastLogLines: [] };
    expect(judge(makeEvidence({ backend })).message).toMatch(/during the test\.$/);
  });
});

describe('a gate that could not work', () => {
  test.each([
    ['port-in-use', 'port-in-use'],
    ['environment', 'gate-failed'],
    ['internal', 'gate-failed'],
  ])('%s', (code, reason) => {
    const gateErrors = [{ code, message: 'Something is in the way.' }];
    expect(judge(makeEvidence({ gateErrors }))).toMatchObject({
      verdict: 'inconclusive',
      reason,
      message: 'Something is in the way.',
    });
  });
});

test('an interrupted run says in which phase', () => {
  const evidence = makeEvidence({
    interrupted: 'SIGINT',
    durationMs: 4_200,
    phases: [{ name: 'wave 2', startMs: 3_400, durationMs: null, note: null }],
  });
  expect(judge(evidence)).toMatchObject({
    verdict: 'inconclusive',
    reason: 'interrupted',
    message: 'The run was interrupted by SIGINT after 4.2 s, in phase "wave 2".',
  });
});

/** Of two that speak, the first named decides. */
describe('precedence', () => {
  const blocked = silenceDumps([loopThread(stack.blockedInSleep())]);
  const exit = { atMs: 7_400, code: 1, signal: null };
  const gateErrors = [{ code: 'internal', message: 'Oops.' }];
  const base = makeEvidence();
  const cases: [string, Evidence][] = [
    ['interrupted', makeHang({ dumps: blocked, interrupted: 'SIGTERM' })],
    ['interrupted', notBooted({}, { dumps: bootDumps(), interrupted: 'SIGTERM' })],
    ['boot-blocked', notBooted({ exit }, { dumps: bootDumps(), gateErrors })],
    ['loop-blocked', makeHang({ dumps: blocked, backend: { exit } })],
    ['loop-blocked', makeHang({ dumps: blocked, gateErrors })],
    ['crashed', makeHang({ backend: { exit } })],
    ['crashed', makeEvidence({ backend: { exit }, gateErrors })],
    ['gate-failed', notBooted({}, { gateErrors })],
    ['gate-failed', makeHang({ gateErrors })],
    ['not-ready', notBooted({ exit })],
    ['service-unresponsive', makeHang({ streams: [] })],
    ['not-exercised', makeEvidence({ streams: [], waves: base.waves.slice(0, 1) })],
    ['gate-failed', makeEvidence({ waves: base.waves.slice(0, 1), dumps: [] })],
  ];
  test.each(cases)('%s', (reason, evidence) => {
    expect(judge(evidence).reason).toBe(reason);
  });
});

describe('a shutdown', () => {
  const asked = { shutdown: { askedMs: 8_000, endedMs: null }, plan: { shutdownTimeoutMs: 10_000 } };
  const dumped = (threads: Thread[]) =>
    makeEvidence({
      ...asked,
      dumps: [
        proofDump(),
        ...[18_000, 18_500].map((startMs) => dump({ trigger: 'shutdown', startMs, threads })),
      ],
    });

  test('that ended in time is none to speak of', () => {
    expect(judge(makeEvidence({ ...asked, shutdown: { askedMs: 8_000, endedMs: 9_000 } })).verdict).toBe(
      'pass',
    );
  });

  test('in which the loop stands at a line names it', () => {
    const stuck = loopThread([
      frame('lifespan', '/work/shop/app/main.py', 21),
      ...stack.idleAsyncio().slice(1),
    ]);
    expect(judge(dumped([stuck]))).toMatchObject({
      verdict: 'fail',
      reason: 'shutdown-blocked',
      message: expect.stringMatching(
        /^The backend did not end within 10\.0 s of SIGTERM: .*app\/main\.py:21/,
      ),
      culprit: { file: 'app/main.py', line: 21 },
    });
  });

  test('in which Python waits for a thread names where that one stands', () => {
    const main = loopThread([frame('_shutdown', '/usr/lib/python3.11/threading.py', 1590)]);
    const collector = thread([
      frame('wait', '/usr/lib/python3.11/threading.py', 320),
      frame('collect', '/work/shop/app/news.py', 18),
    ]);
    expect(judge(dumped([main, collector]))).toMatchObject({
      reason: 'shutdown-blocked',
      message: expect.stringContaining('waits for 1 thread in `collect` at app/news.py:18'),
      culprit: { file: 'app/news.py', line: 18 },
    });
  });

  test('with a free loop blames nobody', () => {
    const result = judge(dumped([loopThread(stack.idleAsyncio())]));
    expect(result).toMatchObject({ reason: 'shutdown-blocked', culprit: null });
    expect(result.message).toContain('its event loop is free');
  });

  test('that was to be looked at, and was not, is no pass', () => {
    expect(judge(makeEvidence({ plan: asked.plan }))).toMatchObject({ verdict: 'inconclusive' });
  });
});
