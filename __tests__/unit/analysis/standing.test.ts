import { expect, test } from '@jest/globals';
import type { Stint } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  answeredProbes,
  backendPid,
  backendProcess,
  dump,
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  poolWorker,
  probe,
  proofDump,
  scheduling,
  silenceDumps,
  stack,
  workspace,
} from '../../support/make-evidence.ts';
import { installed } from '../../support/stacks.ts';

const outcome = (evidence: Parameters<typeof judge>[0]) => {
  const { verdict, reason } = judge(evidence);
  return `${verdict} ${reason}`;
};
const loop = (stint: Partial<Stint>, pid = backendPid) => ({
  ...{ pid, tid: pid, samples: 140, samplesAtSelector: 30, goneMs: null },
  stints: [
    {
      ...{ startMs: 1_350, durationMs: 5_200, ranMs: 0, queuedMs: 0, voluntarySwitches: 0 },
      ...{ states: { S: 104 }, waitChannels: { futex_do_wait: 104 }, ...stint },
    },
  ],
});
const inEncode = (line: number, pid?: number) =>
  loopThread(
    stack.inStream([
      frame('encode', `${workspace}/app/main.py`, line),
      frame('news_stream', `${workspace}/app/main.py`, 30),
    ]),
    pid,
  );
const yielding = (pid: number) => ({
  loops: [
    loop(
      { ranMs: 5_100, states: { R: 104 }, waitChannels: { running: 104 }, voluntarySwitches: 4, dumps: 3 },
      pid,
    ),
  ],
  dumps: [
    ...[2_400, 2_900, 3_900].map((startMs, index) =>
      dump({
        ...{ pid, startMs, threads: [inEncode(10 + index, pid)], wakes: 5 },
        loopScheduling: scheduling({
          state: 'R',
          waitChannel: null,
          ranMs: startMs,
          voluntarySwitches: 700 + index,
        }),
      }),
    ),
    proofDump({ pid, threads: [loopThread(stack.idleAsyncio(), pid)] }),
  ],
});

test('the only loop answers probes meanwhile, so it turns, though it never sleeps in its selector', () => {
  expect(outcome(makeEvidence(yielding(backendPid)))).toBe('pass healthy');
});

test('of several, another may have answered', () => {
  const processes = [backendPid, 12].map((pid) => backendProcess({ pid, role: 'worker' }));
  expect(outcome(makeEvidence({ ...yielding(backendPid), processes }))).toBe('fail loop-blocked');
});

test('whoever listens in front of it may have answered', () => {
  const processes = [
    backendProcess({ pid: backendPid, role: 'worker', listening: false }),
    backendProcess({ pid: 9, role: 'wrapper', python: null, listening: true }),
  ];
  expect(outcome(makeEvidence({ ...yielding(backendPid), processes }))).toBe('fail loop-blocked');
});

test.each(['master', 'helper'] as const)('a %s holds the port and answers nobody', (role) => {
  const processes = [
    backendProcess({ pid: backendPid, role: 'worker' }),
    backendProcess({ pid: 9, role, listening: true }),
  ];
  expect(outcome(makeEvidence({ ...yielding(backendPid), processes }))).toBe('pass healthy');
});

test('a loop that slept all the time answered nobody, whoever did', () => {
  const dumps = [2_400, 2_900].map((startMs) =>
    dump({ startMs, threads: [loopThread(stack.blockedInExecutorExit311())] }),
  );
  expect(outcome(makeEvidence({ loops: [loop({})], dumps: [...dumps, proofDump()] }))).toBe(
    'fail loop-blocked',
  );
});

test('time in which the gate stood still is not its own', () => {
  const evidence = makeEvidence({
    gate: { delays: [{ startMs: 4_200, durationMs: 3_500 }], maxDelayMs: 3_500 },
    loops: [
      loop({ startMs: 2_310, durationMs: 5_600, states: { S: 42 }, waitChannels: { hrtimer_nanosleep: 42 } }),
    ],
    probes: [
      ...answeredProbes(800, 2_310),
      ...['/', '/health'].map((path) => probe({ path, sentMs: 2_400, latencyMs: 5_500 })),
      ...answeredProbes(7_910, 8_000),
    ],
    ...{ probingEndedMs: 8_000, durationMs: 8_600 },
    dumps: [
      ...[3_400, 3_900].map((startMs) =>
        dump({
          ...{ startMs, wakes: 5, threads: [loopThread(stack.blockedInSleep())] },
          loopScheduling: scheduling({ waitChannel: 'hrtimer_nanosleep' }),
        }),
      ),
      proofDump(),
    ],
  });
  expect(outcome(evidence)).toBe('inconclusive runner-starved');
});

test('a loop that slept, among a hundred threads that a dump shows instead of it', () => {
  const processes = [11, 12].map((pid) => backendProcess({ pid, role: 'worker' }));
  const threads = Array.from({ length: 100 }, (_, index) => poolWorker(`pool_${index}`));
  const dumps = [2_400, 2_900].map((startMs) => dump({ pid: 12, startMs, threads, source: 'faulthandler' }));
  expect(outcome(makeEvidence({ processes, loops: [loop({}, 12)], dumps }))).toBe('fail loop-blocked');
});

test('a quota that takes nearly everything is not the loop’s, in both attempts', () => {
  const machine = [0, 2_000, 4_000, 6_000, 8_000].map((atMs) => ({
    ...{ atMs, stolenMs: 0, pressureMs: atMs * 0.9, suspendedMs: 0 },
    ...{ throttledMs: atMs * 0.97, throttledPeriods: atMs / 100 },
  }));
  const slow = makeHang({
    machine,
    loops: [
      loop({
        ...{ startMs: 2_400, durationMs: 5_100, ranMs: 60, queuedMs: 5_000 },
        ...{ states: { R: 100 }, waitChannels: { running: 100 } },
      }),
    ],
    dumps: [0, 10, 30].map((ranMs, index) =>
      dump({
        startMs: 3_400 + index * 700,
        threads: [loopThread(stack.onLoop([frame('render', `${workspace}/app/views.py`, 20 + index)]))],
        loopScheduling: scheduling({
          state: 'R',
          waitChannel: null,
          ranMs: 900 + ranMs,
          queuedMs: 10,
          voluntarySwitches: 700,
        }),
      }),
    ),
  });
  expect(outcome({ ...slow, earlier: slow })).toBe('inconclusive runner-starved');

  const processes = [backendPid, 12].map((pid) => backendProcess({ pid, role: 'worker' }));
  const hung = silenceDumps([loopThread(stack.blockedInExecutorExit311(), 12)], { pid: 12 });
  const beside = { ...slow, processes, dumps: [...slow.dumps, ...hung] };
  const { reason, culprit, findings } = judge({ ...beside, earlier: beside });
  expect([reason, culprit?.file]).toEqual(['loop-blocked', 'app/main.py']);
  expect(findings.find(({ level }) => level === 'error')?.pid).toBe(12);
});

test('a module that gets on from line to line is not blocked', () => {
  const importing = (line: number, index: number) =>
    dump({
      ...{ trigger: 'boot' as const, startMs: 60_000 + index * 500 },
      threads: [
        loopThread(
          stack.onLoop([
            installed('3.11', '<module>', `library_${index}/__init__.py`, 1),
            frame('<module>', `${workspace}/app/main.py`, line),
          ]),
        ),
      ],
    });
  const boot = (lines: number[]) => makeEvidence({ backend: { readyMs: null }, dumps: lines.map(importing) });
  expect(outcome(boot([3, 4, 7]))).toBe('inconclusive not-ready');
  expect(outcome(boot([3, 3, 3]))).toBe('fail boot-blocked');
});

test('the loop of nest_asyncio is one', () => {
  const idle = stack.idleAsyncio();
  const nested = [
    idle[0],
    installed('3.11', '_patch_loop.<locals>._run_once', 'nest_asyncio.py', 115),
    ...idle.slice(2),
  ];
  const threads = [loopThread(nested.filter((each) => each !== undefined))];
  const loopScheduling = scheduling({ waitChannel: 'do_epoll_wait' });
  expect(outcome(makeEvidence({ dumps: [proofDump({ threads, loopScheduling })] }))).toBe('pass healthy');
  expect(outcome(makeHang({ dumps: silenceDumps(threads, { loopScheduling }) }))).toBe(
    'fail service-unresponsive',
  );
});
