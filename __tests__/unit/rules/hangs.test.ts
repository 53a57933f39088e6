/** Runs in which a probe missed its deadline: blocked, unresponsive or starved? */
import { describe, expect, test } from '@jest/globals';
import type { Evidence, Frame } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  answeredProbes,
  backendPid,
  dump,
  failedDump,
  firstAbortMs,
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  newsWorker,
  probe,
  requestTask,
  scheduling,
  silenceDumps,
  stack,
  taskGraph,
  thread,
  unanswered,
  wave,
} from '../../support/make-evidence.ts';

const outcome = (evidence: Evidence) => {
  const { verdict, reason } = judge(evidence);
  return `${verdict} ${reason}`;
};
const hangIn = (frames: Frame[]) => makeHang({ dumps: silenceDumps([loopThread(frames)]) });

describe('a blocked loop', () => {
  test('is named with its line', () => {
    expect(judge(hangIn(stack.blockedInRequests()))).toMatchObject({
      verdict: 'fail',
      reason: 'loop-blocked',
      message:
        '`/` and `/health` did not answer for 5.1 s, since the streams of wave 1 were aborted by TCP reset: the synchronous HTTP request `get` (requests/api.py) at app/news.py:12 in `read_news` holds the event loop until its answer comes.',
      culprit: { file: 'app/news.py', line: 12, function: 'read_news' },
    });
    expect(judge(hangIn(stack.blockedInRequests())).findings[0]).toMatchObject({
      ruleId: 'sync-http',
      level: 'error',
      pid: backendPid,
    });
  });

  test.each([
    ['executor exit on Python 3.10', stack.blockedInExecutorExit310(), 'app/main.py:24'],
    ['executor exit on Python 3.11', stack.blockedInExecutorExit311(), 'app/main.py:24'],
    ['executor exit on Python 3.12', stack.blockedInExecutorExit311('3.12'), 'app/main.py:24'],
    ['executor exit on Python 3.13', stack.blockedInExecutorExit313(), 'app/main.py:24'],
    ['executor.shutdown() by hand', stack.blockedInShutdownCall(), 'app/main.py:40'],
    ['time.sleep', stack.blockedInSleep(), 'app/news.py:12'],
    ['requests.get', stack.blockedInRequests(), 'app/news.py:12'],
    ['subprocess.run, which has a selector on top', stack.blockedInCommunicate(), 'app/media.py:77'],
    ['code under uvloop', stack.onUvloop([frame('spin', '/work/shop/app/cpu.py', 5)]), 'app/cpu.py:5'],
  ])('%s', (_, frames, place) => {
    const { reason, culprit } = judge(hangIn(frames));
    expect([reason, `${culprit?.file}:${culprit?.line}`]).toEqual(['loop-blocked', place]);
  });

  test('outside the workspace has its absolute path', () => {
    const { culprit } = judge(hangIn(stack.onLoop([frame('f', '/opt/tools/plugin.py', 3)])));
    expect(culprit?.file).toBe('/opt/tools/plugin.py');
  });

  test('without a frame of the application blames nobody', () => {
    const result = judge(hangIn(stack.blockedInLibrary()));
    expect(result).toMatchObject({ verdict: 'fail', reason: 'loop-blocked', culprit: null });
    expect(result.message).toMatch(
      /: the event loop stands in `readinto` \(socket\.py\), with no frame of the application on it\.$/,
    );
    expect(result.findings[0]?.fix).toBeNull();
  });

  test("py-spy's active and idle play no role, nor does who holds the GIL", () => {
    const main = loopThread(stack.blockedInSleep());
    expect(outcome(makeHang({ dumps: silenceDumps([{ ...main, ownsGil: true }]) }))).toBe(
      'fail loop-blocked',
    );
    const idle = { ...loopThread(stack.idleAsyncio()), ownsGil: true };
    expect(outcome(makeHang({ dumps: silenceDumps([idle]) }))).toBe('fail service-unresponsive');
  });

  test("of a loop that asks for the interpreter lock is its holder's, also where it is caught while it asks", () => {
    const holder = { ...thread([frame('match', '/work/shop/app/search.py', 9)]), ownsGil: true };
    const asking = [
      scheduling({ waitChannel: 'futex_do_wait', voluntarySwitches: 700 }),
      scheduling({ state: 'R', voluntarySwitches: 800, ranMs: 902 }),
      scheduling({ waitChannel: 'futex_do_wait', voluntarySwitches: 1_000, ranMs: 904 }),
    ];
    const dumps = silenceDumps([loopThread(stack.idleAsyncio()), holder]).map((each, index) => ({
      ...each,
      loopScheduling: asking[index] ?? null,
    }));
    const result = judge(makeHang({ dumps }));

    expect(result).toMatchObject({ reason: 'loop-blocked', culprit: { file: 'app/search.py', line: 9 } });
    expect(result.findings[0]?.ruleId).toBe('gil-held');
  });

  test.each([
    ['in one dump only', silenceDumps([loopThread(stack.blockedInSleep())]).slice(0, 1)],
    ['in the proof only', silenceDumps([loopThread(stack.blockedInSleep())], { trigger: 'proof' })],
    [
      'with a free dump between',
      [stack.blockedInSleep(), stack.idleAsyncio(), stack.blockedInSleep()].map((frames, index) =>
        dump({ startMs: 3_400 + index * 500, threads: [loopThread(frames)] }),
      ),
    ],
  ])('is not proven %s', (_, dumps) => {
    expect(outcome(makeHang({ dumps }))).toBe('fail service-unresponsive');
  });

  test('is not acquitted by a dump of an earlier stall that passed', () => {
    const earlier = dump({ startMs: 1_600, threads: [loopThread(stack.idleAsyncio())] });
    const dumps = [earlier, ...silenceDumps([loopThread(stack.blockedInSleep())])];
    expect(outcome(makeHang({ dumps }))).toBe('fail loop-blocked');
  });

  test('needs a missed probe', () => {
    const dumps = [...silenceDumps([loopThread(stack.blockedInSleep())]), ...makeEvidence().dumps];
    expect(outcome(makeEvidence({ dumps }))).toBe('pass healthy');
  });

  test.each([
    ['a master of uvicorn', stack.uvicornMaster()],
    ['a gunicorn master', stack.gunicornMaster()],
    ['a hypercorn parent', stack.hypercornMaster()],
    ['a resource tracker', stack.resourceTracker()],
  ])('is never %s', (_, frames) => {
    const { reason, culprit } = judge(hangIn(frames));
    expect([reason, culprit]).toEqual(['service-unresponsive', null]);
  });

  test("is never the control loop of gunicorn's master", () => {
    const control = thread(stack.gunicornControlLoop(), { name: 'Thread-1 (_run_loop)' });
    const master = silenceDumps([control, loopThread(stack.gunicornMaster(), 10)], { pid: 10 });
    const worker = silenceDumps([loopThread(stack.blockedInSleep(), 11)], { pid: 11 });
    expect(judge(makeHang({ dumps: [...master, ...worker] })).findings[0]).toMatchObject({
      ruleId: 'unnamed',
      pid: 11,
    });
  });
});

describe('since when it is silent', () => {
  const dumps = silenceDumps([loopThread(stack.blockedInSleep())]);
  const message = (overrides: Parameters<typeof makeHang>[0]) =>
    judge(makeHang({ dumps, ...overrides })).message;
  test.each([
    ['reset', 'since the streams of wave 1 were aborted by TCP reset'],
    ['close', 'since the streams of wave 1 were closed'],
    ['early', 'since the streams of wave 1 were aborted before the first byte'],
  ])('after a wave of %s', (abort, words) => {
    expect(message({ waves: [wave({ abort, settledMs: null })] })).toContain(words);
  });

  test('while streams are open', () => {
    expect(message({ waves: [wave({ abortedMs: null, settledMs: null })] })).toContain(
      'while the streams of wave 1 were open',
    );
  });

  test('before the first stream', () => {
    expect(message({ waves: [], streams: [] })).toContain('before the first stream');
  });

  test('a probe that was under way at the abort counts as after it', () => {
    const probes = [...answeredProbes(800, 2_000), unanswered('/health', firstAbortMs - 100)];
    expect(message({ probes })).toContain('since the streams of wave 1 were aborted');
  });
});

describe('an unresponsive service', () => {
  const reason = (dumps: Evidence['dumps'], overrides: Parameters<typeof makeHang>[0] = {}) =>
    judge(makeHang({ dumps, ...overrides })).message.replace(/^.*?; /, '');

  test('is red even without any stack', () => {
    const result = judge(makeHang({ dumps: [failedDump(), failedDump()] }));
    expect(result).toMatchObject({ verdict: 'fail', reason: 'service-unresponsive', culprit: null });
    expect(result.message).toMatch(
      /; no stack could be taken to tell why \(py-spy: Permission denied \(os error 13\)\)\.$/,
    );
  });

  test('is red without a single dump', () => {
    const stackSources = [{ name: 'py-spy', usable: false, detail: 'switched off' }];
    expect(reason([], { stackSources })).toBe('no stack could be taken to tell why (switched off).');
    expect(reason([], { stackSources: [] })).toBe('no stack could be taken to tell why.');
  });

  test('with a free loop waits for something else', () => {
    expect(reason(silenceDumps([loopThread(stack.idleAsyncio())]))).toMatch(
      /^the event loop was free in 3 dumps, so the request waits for something else/,
    );
  });

  describe('with the tasks of a free loop', () => {
    const health = frame('health', '/work/shop/app/main.py', 21);
    const dumps = silenceDumps([loopThread(stack.idleAsyncio())]);
    const named = '; a task waits at app/main.py:21 in `health`.';
    const reasonWith = (...taskGraphs: Evidence['taskGraphs']) => reason(dumps, { taskGraphs });

    test('names the one place where requests wait, which is no culprit', () => {
      const tasks = [requestTask('1', [health]), requestTask('2', [health])];
      expect(reasonWith(taskGraph({ tasks }))).toContain(named);
      expect(judge(makeHang({ dumps, taskGraphs: [taskGraph({ tasks })] })).culprit).toBeNull();
    });

    test.each<[string, Evidence['taskGraphs']]>([
      [
        'two places',
        [taskGraph({ tasks: [requestTask('1', [health]), requestTask('2', [{ ...health, line: 9 }])] })],
      ],
      ['tasks that were left out', [taskGraph({ tasks: [requestTask('1', [health])], omitted: 1 })]],
      ['tasks of before', [taskGraph({ tasks: [requestTask('1', [health])], atMs: firstAbortMs })]],
      ['tasks of the baseline', [taskGraph({ tasks: [requestTask('1', [health])], trigger: 'baseline' })]],
      ['a reading that failed', [taskGraph({ error: 'PermissionError' })]],
    ])('names none for %s', (_, graphs) => {
      expect(reasonWith(...graphs)).not.toContain('a task waits');
    });

    test('of two workers at two places names none', () => {
      const other = frame('root', '/work/shop/app/main.py', 15);
      const graphs = [health, other].map((at, index) =>
        taskGraph({ pid: backendPid + index, tasks: [requestTask('1', [at])] }),
      );
      expect(reasonWith(...graphs)).not.toContain('a task waits');
    });
  });

  test('with a loop that is free in between', () => {
    const states = [stack.idleAsyncio(), stack.blockedInSleep()];
    expect(reason(states.map((frames) => dump({ threads: [loopThread(frames)] })))).toBe(
      'the event loop was busy, but not at one place, in 2 dumps.',
    );
  });

  test('may be one route of two', () => {
    const probes = [
      ...answeredProbes(800, firstAbortMs),
      ...answeredProbes(firstAbortMs, 7_000, ['/']),
      unanswered('/health', firstAbortMs),
    ];
    expect(judge(makeHang({ probes })).message).toMatch(/^`\/health` did not answer for 5\.2 s/);
  });

  test('answers 500 since the streams', () => {
    const probes = [
      ...makeEvidence().probes,
      probe({ sentMs: 3_000, status: 500 }),
      probe({ path: '/', sentMs: 3_000, status: 503 }),
    ];
    expect(judge(makeEvidence({ probes }))).toMatchObject({
      verdict: 'fail',
      reason: 'service-unresponsive',
      message:
        '`/health` and `/` answered before the streams and fail with status 500, 503 since (2 probes); the last lines of its log show no error.',
    });
  });

  test('refuses connections for longer than the deadline', () => {
    const refused = probe({ sentMs: 2_500, latencyMs: null, status: null, error: 'connect ECONNREFUSED' });
    const probes = [...answeredProbes(800, firstAbortMs), refused];
    expect(outcome(makeHang({ probes, probingEndedMs: 8_000 }))).toBe('fail service-unresponsive');
  });

  test('is busy at another place each time', () => {
    const dumps = ['one', 'two'].map((name) =>
      dump({ threads: [loopThread(stack.onLoop([frame(name, '/work/shop/app/main.py')]))] }),
    );
    expect(reason(dumps)).toBe('the event loop was busy, but not at one place, in 2 dumps.');
  });
});

describe('a starved runner', () => {
  const starvedDumps = (queuedShare: number, voluntarySwitches: number) =>
    [0, 500, 1_500].map((offsetMs) =>
      dump({
        startMs: 3_400 + offsetMs,
        threads: [loopThread(stack.blockedInSleep())],
        loopScheduling: scheduling({
          state: 'S',
          queuedMs: 10 + offsetMs * queuedShare,
          voluntarySwitches: 700 + (offsetMs > 0 ? voluntarySwitches : 0),
        }),
      }),
    );

  test.each([
    [
      'waited half of the time for a processor and moved on',
      starvedDumps(0.5, 3),
      'inconclusive runner-starved',
    ],
    ['waited a little', starvedDumps(0.4, 3), 'fail loop-blocked'],
    ['never moved on: it spins on a busy machine', starvedDumps(0.9, 0), 'fail loop-blocked'],
  ])('%s', (_, dumps, expected) => {
    expect(outcome(makeHang({ dumps }))).toBe(expected);
  });

  test('the gate that stood still itself judges nobody', () => {
    const late = probe({ sentMs: 3_000, latencyMs: 5_600 });
    const gate = { delays: [{ startMs: 3_200, durationMs: 900 }], maxDelayMs: 900 };
    expect(judge(makeEvidence({ probes: [...makeEvidence().probes, late], gate }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'runner-starved',
      message:
        'The gate itself stood still for up to 900 ms, so the machine was too busy to judge the backend.',
    });
  });

  test('a delay that explains only a part of the wait excuses nothing', () => {
    const gate = { delays: [{ startMs: 3_000, durationMs: 50 }], maxDelayMs: 50 };
    expect(outcome(makeHang({ gate }))).toBe('fail service-unresponsive');
  });

  test('an excused probe does not excuse another that really missed', () => {
    const late = probe({ sentMs: 900, latencyMs: 5_100 });
    const gate = { delays: [{ startMs: 1_000, durationMs: 300 }], maxDelayMs: 300 };
    const evidence = makeHang({ gate, probingEndedMs: 60_000 });
    expect(outcome({ ...evidence, probes: [late, ...evidence.probes] })).toBe('fail service-unresponsive');
  });
});

describe('a hang in the end of `with ThreadPoolExecutor`', () => {
  const explain = (
    threads: Evidence['dumps'][number]['threads'],
    frames = stack.blockedInExecutorExit311(),
  ) => judge(makeHang({ dumps: silenceDumps([...threads, loopThread(frames)]) }));
  const because = (result: ReturnType<typeof judge>) => result.message.replace(/^.*?reset: /, '');

  test('names the `with`, the worker and the place where it stands', () => {
    expect(because(explain([newsWorker('ThreadPoolExecutor-0_0')]))).toBe(
      'leaving `with ThreadPoolExecutor(…)` at app/main.py:24 calls `executor.shutdown(wait=True)` on the event loop, which waits for 1 worker thread, which stands in `fetch_headlines` at app/news.py:31, in a call of `get` (requests/api.py).',
    );
  });

  test.each([
    ['3.10', stack.blockedInExecutorExit310()],
    ['3.12', stack.blockedInExecutorExit311('3.12')],
    ['3.13', stack.blockedInExecutorExit313()],
  ])('is the same on Python %s', (_, frames) => {
    expect(because(explain([newsWorker('ThreadPoolExecutor-0_0')], frames))).toMatch(
      /^leaving `with ThreadPoolExecutor\(…\)` at app\/main\.py:24 .* `fetch_headlines` at app\/news\.py:31/,
    );
  });

  test('counts several workers', () => {
    const workers = [0, 1, 2].map((index) => newsWorker(`ThreadPoolExecutor-0_${index}`));
    expect(because(explain(workers))).toContain('waits for 3 worker threads, all stand in `fetch_headlines`');
  });

  test('counts several pools, of which one is waited for', () => {
    const workers = [0, 1].map((index) => newsWorker(`ThreadPoolExecutor-${index}_0`));
    expect(because(explain(workers))).toContain(
      'of 2 workers in 2 such pools, all stand in `fetch_headlines` at app/news.py:31',
    );
  });

  test('tells that no worker is visible', () => {
    expect(because(explain([]))).toMatch(/none of them is visible in the dump\.$/);
  });

  test('says how to fix it', () => {
    const { fix } = explain([newsWorker('ThreadPoolExecutor-0_0')]).findings[0] ?? {};
    expect(fix).toMatch(/^Create the executor outside any `with` on the loop/);
    expect(fix).toContain('`loop.run_in_executor(executor, …)`');
    expect(fix).toContain('`executor.shutdown(wait=False, cancel_futures=True)` in `finally`');
    expect(fix).toContain('timeout');
  });

  test('is told apart from a call of shutdown by hand', () => {
    const result = explain([newsWorker('ThreadPoolExecutor-0_0')], stack.blockedInShutdownCall());
    expect(because(result)).toMatch(
      /^`executor\.shutdown\(wait=True\)` at app\/main\.py:40 runs on the event loop, which waits/,
    );
    expect(result.findings[0]?.fix).toMatch(/^Do not wait for the pool on the loop/);
  });

  test('shutdown in another thread is somebody else’s', () => {
    const other = thread(stack.blockedInShutdownCall().slice(0, 4), { name: 'janitor' });
    expect(because(explain([other], stack.blockedInSleep()))).toMatch(
      /^the event loop stands at app\/news\.py:12/,
    );
  });

  test('one worker of several stands', () => {
    const workers = [
      ...[0, 1].map((index) => newsWorker(`ThreadPoolExecutor-0_${index}`)),
      thread([frame('resize', '/work/shop/app/media.py', 5), ...stack.poolWorker()], {
        name: 'ThreadPoolExecutor-0_2',
      }),
    ];
    expect(because(explain(workers))).toContain('and 1 stands in `resize` at app/media.py:5');
  });
});
