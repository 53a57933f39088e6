/** What is needed for green: everything. Each test takes one thing away from a healthy run. */
import { describe, expect, test } from '@jest/globals';
import type { Evidence, Stream } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  answeredProbes,
  backendProcess,
  earlyStream,
  failedDump,
  firstAbortMs,
  loopThread,
  makeEvidence,
  poolWorker,
  probe,
  probeRoute,
  proofDump,
  scheduling,
  stack,
  stream,
  unanswered,
} from '../../support/make-evidence.ts';

const outcome = (evidence: Evidence) => {
  const { verdict, reason } = judge(evidence);
  return `${verdict} ${reason}`;
};
const healthy = makeEvidence();

test('the healthy run passes, with nothing to remark', () => {
  expect(judge(healthy)).toMatchObject({
    verdict: 'pass',
    reason: 'healthy',
    message:
      '`/` and `/health` answered every probe within 5.0 s (slowest 3 ms) while 15 streams were aborted in 3 waves; the event loop of pid 4711 is free.',
    culprit: null,
    findings: [],
  });
});

describe('missing data never passes', () => {
  const beforeLastAbort = healthy.probes.filter(({ sentMs }) => sentMs < 6_500);
  const cases: [string, Parameters<typeof makeEvidence>[0], string][] = [
    [
      'nothing was started',
      { backend: { startedMs: null, readyMs: null }, probes: [], waves: [], streams: [], dumps: [] },
      'not-ready',
    ],
    ['a backend that was never seen ready', { backend: { readyMs: null } }, 'not-ready'],
    ['no probe at all', { probes: [] }, 'gate-failed'],
    ['a route that was never probed', { probes: answeredProbes(800, 7_600, ['/']) }, 'gate-failed'],
    ['no probe after the last abort', { probes: beforeLastAbort }, 'gate-failed'],
    [
      'only failed connections after the last abort',
      {
        probes: [
          ...answeredProbes(800, 6_400),
          ...['/', '/health'].map((path) =>
            probe({ path, sentMs: 7_000, latencyMs: null, error: 'ECONNRESET' }),
          ),
        ],
      },
      'gate-failed',
    ],
    ['no wave', { waves: [] }, 'gate-failed'],
    ['fewer waves than planned', { waves: healthy.waves.slice(0, 2) }, 'gate-failed'],
    [
      'a wave that never settled',
      { waves: healthy.waves.map((wave) => (wave.index === 2 ? { ...wave, settledMs: null } : wave)) },
      'gate-failed',
    ],
    [
      'a last wave that was never aborted',
      { waves: healthy.waves.map((wave) => (wave.index === 3 ? { ...wave, abortedMs: null } : wave)) },
      'gate-failed',
    ],
    ['no stream', { streams: [] }, 'not-exercised'],
    ['only early aborts', { streams: [earlyStream(), earlyStream()] }, 'not-exercised'],
    ['no dump', { dumps: [] }, 'loop-unproven'],
    ['no proof dump', { dumps: [proofDump({ trigger: 'silence' })] }, 'loop-unproven'],
    ['a proof dump without threads', { dumps: [failedDump({ trigger: 'proof' })] }, 'loop-unproven'],
    [
      'a proof dump without a loop',
      { dumps: [proofDump({ threads: [loopThread(stack.uvicornMaster())] })] },
      'loop-unproven',
    ],
    [
      'a proof dump of a busy loop',
      { dumps: [proofDump({ threads: [loopThread(stack.blockedInSleep())] })] },
      'loop-unproven',
    ],
  ];

  test.each(cases)('%s', (_, overrides, reason) => {
    expect(outcome(makeEvidence(overrides))).toBe(`inconclusive ${reason}`);
  });

  test('a worker whose stack could not be taken', () => {
    const dumps = [proofDump({ pid: 11, threads: [loopThread(stack.uvicornWorker(), 11)] })];
    const processes = [backendProcess({ pid: 11 }), backendProcess({ pid: 12 })];
    const evidence = makeEvidence({
      processes,
      dumps: [...dumps, failedDump({ trigger: 'proof', pid: 12 })],
    });
    expect(outcome(evidence)).toBe('inconclusive loop-unproven');
  });

  test('a worker of which there is no dump at all', () => {
    const processes = [backendProcess(), backendProcess({ pid: 12 })];
    expect(outcome(makeEvidence({ processes }))).toBe('inconclusive loop-unproven');
  });

  test('a backend that was neither seen to start nor to be ready', () => {
    const evidence = makeEvidence({ backend: { startedMs: null, readyMs: null } });
    expect(outcome(evidence)).not.toBe('pass healthy');
  });

  test('no route to probe', () => {
    expect(outcome(makeEvidence({ probeRoutes: [] }))).not.toBe('pass healthy');
  });
});

describe('is the loop proved free?', () => {
  const busy = (line: number) => proofDump({ threads: [loopThread(stack.blockedInSleep(line))] });
  const elsewhere = proofDump({ threads: [loopThread(stack.blockedInCommunicate())] });
  const kernel = (waitChannel: string | null) =>
    failedDump({ trigger: 'proof', loopScheduling: scheduling({ waitChannel }) });
  const cases: [string, Evidence['dumps'], string][] = [
    ['free at the second attempt', [busy(12), proofDump()], 'pass healthy'],
    ['at different places each time: it turns', [busy(12), elsewhere], 'pass healthy'],
    ['at one place each time', [busy(12), busy(12), busy(12)], 'inconclusive loop-unproven'],
    ['without a stack, asleep where loops wait', [kernel('do_epoll_wait')], 'pass healthy'],
    ['without a stack, asleep where loops wait on old kernels', [kernel('ep_poll')], 'pass healthy'],
    ['without a stack, asleep elsewhere', [kernel('futex_wait_queue')], 'inconclusive loop-unproven'],
    [
      'without a stack, asleep there at the second attempt',
      [kernel('futex'), kernel('ep_poll')],
      'pass healthy',
    ],
    ['without a stack, the kernel hides it', [kernel(null)], 'inconclusive loop-unproven'],
  ];
  test.each(cases)('%s', (_, dumps, expected) => {
    expect(outcome(makeEvidence({ dumps }))).toBe(expected);
  });

  test('every worker has to be', () => {
    const worker = (pid: number, frames = stack.uvicornWorker()) =>
      proofDump({ pid, threads: [loopThread(frames, pid)] });
    const master = proofDump({ pid: 10, threads: [loopThread(stack.uvicornMaster(), 10)] });
    const processes = [10, 11, 12].map((pid) => backendProcess({ pid }));
    const healthyWorkers = makeEvidence({ processes, dumps: [master, worker(11), worker(12)] });
    expect(outcome(healthyWorkers)).toBe('pass healthy');

    const stuck = makeEvidence({
      processes,
      dumps: [master, worker(11), worker(12, stack.blockedInSleep())],
    });
    expect(judge(stuck)).toMatchObject({
      reason: 'loop-unproven',
      message:
        'Every probe was answered, but the event loop of pid 12 was not seen free after the last wave.',
    });
  });

  test('without any stack it is said why, and what to do', () => {
    const { message, findings } = judge(makeEvidence({ dumps: [failedDump({ trigger: 'proof' })] }));
    expect(message).toBe(
      'Every probe was answered, but no stack of pid 4711 could be taken to show that the event loop is free (py-spy: Permission denied (os error 13)).',
    );
    expect(findings[0]?.fix).toContain('`py-spy: auto`');
  });

  test('a loop that spins in one function does not turn', () => {
    expect(outcome(makeEvidence({ dumps: [busy(12), busy(13), busy(14)] }))).toBe(
      'inconclusive loop-unproven',
    );
  });
});

describe('what counts as an exercised stream', () => {
  const opened = (...streams: Stream[]) =>
    makeEvidence({ plan: { clients: streams.length, waves: 1 }, streams });
  const one = (overrides: Parameters<typeof stream>[0]) => opened(stream(overrides));
  const whyNot = (evidence: Evidence) =>
    /: (.*)\.$/.exec(
      judge(evidence).findings.find(({ ruleId }) => ruleId === 'not-exercised')?.message ?? '',
    )?.[1];

  test('one that was open, had sent a byte and was aborted', () => {
    expect(outcome(one({}))).toBe('pass healthy');
    expect(outcome(opened(stream({ status: 404, end: 'ended' }), stream()))).toBe('pass healthy');
  });

  test.each([
    ['404', one({ status: 404, end: 'ended' }), 'the route answered 404'],
    ['401', one({ status: 401, end: 'aborted' }), 'the route answered 401'],
    ['a redirect', one({ status: 307, end: 'ended' }), 'the route answered 307'],
    ['a redirect that was aborted', one({ status: 307 }), 'the route answered 307'],
    [
      'several statuses',
      makeEvidence({ streams: [401, 401, 429].map((status) => stream({ status, end: 'ended' })) }),
      'the route answered 401, 429',
    ],
    ['it ended by itself', one({ end: 'ended' }), '1 stream ended before the abort'],
    ['no byte', one({ firstByteMs: null, bytes: 0, events: 0 }), 'it sent no byte'],
    [
      'a broken connection',
      one({ status: null, end: 'failed', error: 'ECONNRESET' }),
      'the connection failed (ECONNRESET)',
    ],
    ['still open', one({ end: null, endedMs: null }), 'it sent no byte'],
    ['none', makeEvidence({ streams: [] }), 'none was opened'],
    ['only early', makeEvidence({ streams: [earlyStream()] }), 'it sent no byte'],
  ])('not %s', (_, evidence, why) => {
    expect(outcome(evidence)).toBe('inconclusive not-exercised');
    expect(whyNot(evidence)).toBe(why);
  });

  test('the route is named as it was asked', () => {
    const plan = { ...makeEvidence().plan, streamMethod: 'POST', streamPath: '/chat' };
    expect(judge(makeEvidence({ plan, streams: [] })).message).toMatch(/^No stream of POST \/chat was open/);
  });
});

describe('remarks that do not decide', () => {
  test('a connection that failed in passing', () => {
    const reset = probe({ sentMs: 3_050, latencyMs: null, status: null, error: 'read ECONNRESET' });
    const result = judge(makeEvidence({ probes: [...healthy.probes, reset] }));
    expect(result.verdict).toBe('pass');
    expect(result.findings).toMatchObject([
      {
        ruleId: 'failed-probes',
        level: 'warning',
        message:
          '1 probe of `/health` failed at the connection (read ECONNRESET) but not for as long as the deadline.',
      },
    ]);
  });

  test('a process that was left behind', () => {
    const gateErrors = [{ code: 'left-behind', message: 'pid 99 is still there.' }];
    const result = judge(makeEvidence({ gateErrors }));
    expect(result.verdict).toBe('pass');
    expect(result.findings).toMatchObject([{ ruleId: 'left-behind', level: 'warning' }]);
  });

  test('404 of a probed route is an answer', () => {
    const probes = healthy.probes.map((one) => ({ ...one, status: 404 }));
    expect(outcome(makeEvidence({ probes }))).toBe('pass healthy');
  });

  test('500 before and after is an answer', () => {
    const probes = healthy.probes.map((one) => ({ ...one, status: 500 }));
    const probeRoutes = healthy.probeRoutes.map((route) => ({ ...route, baselineStatus: 500 }));
    expect(outcome(makeEvidence({ probes, probeRoutes }))).toBe('pass healthy');
  });

  test('a silence that ended in time', () => {
    const slow = probe({ sentMs: firstAbortMs + 10, latencyMs: 3_000 });
    const silences = [
      { path: '/health', startMs: slow.sentMs, endMs: slow.sentMs + 3_000, firstDumpMs: null },
    ];
    expect(outcome(makeEvidence({ probes: [...healthy.probes, slow], silences }))).toBe('pass healthy');
  });
});

describe('what was not seen to the end', () => {
  const workers = [11, 12].map((pid) => backendProcess({ pid, role: 'worker' }));
  const free = proofDump({ pid: 11, threads: [loopThread(stack.idleAsyncio(), 11)] });

  test('a loop that waits for the interpreter, of which nobody knows who has it', () => {
    const waiting = [7_650, 7_800, 7_950].map((startMs) =>
      proofDump({
        ...{ pid: 12, startMs, source: 'faulthandler', threads: [loopThread(stack.idleAsyncio(), 12)] },
        loopScheduling: scheduling({ waitChannel: 'futex_do_wait' }),
      }),
    );
    expect(outcome(makeEvidence({ processes: workers, dumps: [free, ...waiting] }))).toBe(
      'inconclusive loop-unproven',
    );
  });

  test('a worker whose loop is not among the threads that a dump shows', () => {
    const threads = Array.from({ length: 100 }, (_, index) => poolWorker(`pool_${index}`));
    const dumps = [free, proofDump({ pid: 12, source: 'faulthandler', threads })];
    expect(outcome(makeEvidence({ processes: workers, dumps }))).toBe('inconclusive loop-unproven');
  });

  test('waves that were all turned away, though a stream is accepted again at the end', () => {
    const streams = [1, 2, 3].flatMap((wave) =>
      Array.from({ length: 5 }, () =>
        wave === 1 ? stream() : stream({ wave, status: 503, end: 'ended', events: 0 }),
      ),
    );
    const evidence = makeEvidence({ streams });
    expect(outcome(evidence)).toBe('inconclusive not-exercised');
    expect(judge(evidence).message).toBe(
      'GET /news/stream streamed before, and no stream of wave 2 was open when it was to be aborted: the route answered 503.',
    );
  });

  test('streams of which there is no record', () => {
    expect(judge(makeEvidence({ streams: [stream()] })).message).toBe('Only 1 of 15 streams were opened.');
  });

  test('probes that still owed an answer', () => {
    const probes = [...answeredProbes(800, 7_500), unanswered('/', 7_500), unanswered('/health', 7_500)];
    const evidence = makeEvidence({ probes, probingEndedMs: 12_400, durationMs: 13_000 });
    expect(outcome(evidence)).toBe('inconclusive gate-failed');
    expect(judge(evidence).message).toBe('`/` and `/health` still owed an answer when probing ended.');
  });

  test('but not those of a route that takes its time by nature', () => {
    const probes = [
      ...answeredProbes(800, 10_500, ['/']),
      ...[800, 4_900, 7_000].map((sentMs) => probe({ path: '/health', sentMs, latencyMs: 2_500 })),
      ...[8_600, 9_600].map((sentMs) => unanswered('/health', sentMs)),
    ];
    const probeRoutes = [probeRoute('/'), probeRoute('/health', { baselineMs: 2_500, intervalMs: 1_000 })];
    expect(outcome(makeEvidence({ probes, probeRoutes, probingEndedMs: 10_500 }))).toBe('pass healthy');
  });

  test('a worker with a loop that the gate does not know', () => {
    const processes = [backendProcess({ role: 'worker' })];
    const evidence = makeEvidence({ processes, dumps: [proofDump({ threads: [poolWorker('Hub')] })] });
    expect(outcome(evidence)).toBe('inconclusive loop-unproven');
    expect(judge(evidence).message).not.toMatch(/no stack/);
  });
});
