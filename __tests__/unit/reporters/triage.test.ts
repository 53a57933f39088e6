import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../../src/evidence/schema.ts';
import { triage } from '../../../src/reporters/triage.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  answeredProbes,
  backendProcess,
  failedDump,
  loopThread,
  makeEvidence,
  makeHang,
  newsWorker,
  probe,
  probeRoute,
  proofDump,
  silenceDumps,
  stack,
  stream,
  threadsOnly,
} from '../../support/make-evidence.ts';

const steps = [
  'probes',
  'listening',
  'descriptors',
  'stacks',
  'shutdown',
  'after aborts',
  'free at the end',
  'while streaming',
  'every worker',
] as const;

function rows(evidence: Evidence): Record<string, string> {
  // Two rows are only there where somebody looked, and have tests of their own.
  const { streamsAfter: _, ...rest } = evidence;
  const resources = evidence.resources.map(({ moment: _moment, ...sample }) => sample);
  const all = triage({ evidence: { ...rest, resources }, result: judge(evidence), reportDir: '/tmp' });
  expect(all).toHaveLength(steps.length);
  return Object.fromEntries(all.map(({ result, detail }, index) => [steps[index], `${result}: ${detail}`]));
}

test('a healthy run has nine good rows', () => {
  expect(Object.values(rows(makeEvidence())).map((row) => row.split(':')[0])).toEqual([
    ...['ok', 'ok', 'info', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
  ]);
});

test('a run that got nowhere has nine rows that were not done', () => {
  const nothing = makeEvidence({
    probes: [],
    processes: [],
    resources: [],
    dumps: [],
    waves: [],
    streams: [],
  });
  expect(new Set(Object.values(rows(nothing)))).toEqual(new Set(['not-done: the run did not get that far']));
});

test('a hang in an executor exit', () => {
  const dumps = silenceDumps([
    newsWorker('ThreadPoolExecutor-0_0'),
    loopThread(stack.blockedInExecutorExit311()),
  ]);
  expect(rows(makeHang({ dumps }))).toEqual({
    probes: 'bad: 18 probes, 2 missed the deadline',
    listening: 'ok: pid 4711',
    descriptors: 'info: pid 4711: fds 14 → 15, sockets 2 → 2, threads 6 → 9 (5 aborted streams)',
    stacks: 'ok: 3 dumps by py-spy',
    shutdown: 'bad: in 3 of 3 dumps',
    'after aborts': 'bad: 0 of 3 waves, 5 streams open when aborted',
    'free at the end': 'not-done: the run did not get that far',
    'while streaming': 'ok: 10 probes, slowest 3 ms',
    'every worker': 'ok: pid 4711 (Python 3.11)',
  });
});

test.each([
  ['stack.blockedInExecutorExit310', stack.blockedInExecutorExit310()],
  ['stack.blockedInExecutorExit313', stack.blockedInExecutorExit313()],
])('shutdown is seen in %s', (_, frames) => {
  expect(rows(makeHang({ dumps: silenceDumps([loopThread(frames)]) }))['shutdown']).toBe(
    'bad: in 3 of 3 dumps',
  );
});

describe('a route that worker threads serve', () => {
  const detail = '`/items` is served by a worker thread and is probed too';
  const probeRoutes = [probeRoute('/'), probeRoute('/items', { chosen: 'discovered' })];
  const second = (overrides: Parameters<typeof makeEvidence>[0]) => {
    const evidence = makeEvidence(overrides);
    return triage({ evidence, result: judge(evidence), reportDir: '/tmp' })[1];
  };
  const items = probe({ path: '/items', sentMs: 2_000 });
  const step = 'A route that worker threads serve answers too';

  test.each<[string, Parameters<typeof makeEvidence>[0], object]>([
    ['answers', { probes: [items], syncRoute: { path: '/items', detail } }, { step, result: 'ok', detail }],
    [
      'is silent',
      { probes: [{ ...items, latencyMs: null, status: null }], syncRoute: { path: '/items', detail } },
      { step, result: 'bad', detail },
    ],
    [
      'was not asked any more',
      { probes: [], syncRoute: { path: '/items', detail } },
      { step, result: 'info', detail },
    ],
    [
      'is not known',
      { syncRoute: { path: null, detail: 'no document' } },
      { step, result: 'info', detail: 'no document' },
    ],
  ])('%s', (_, overrides, row) => {
    expect(second({ probeRoutes, ...overrides })).toEqual(row);
  });
});

describe('what the aborts left', () => {
  const rowsOf = (overrides: Parameters<typeof makeEvidence>[0]) => {
    const evidence = makeEvidence(overrides);
    return triage({ evidence, result: judge(evidence), reportDir: '/tmp' });
  };
  const held = (threads: readonly number[]) =>
    threads.map((count, index) => ({
      atMs: 1_000 + 3_000 * index,
      pid: 4_711,
      fds: 14,
      sockets: 2,
      threads: count,
      moment: index === 0 ? ('baseline' as const) : ('released' as const),
      abortedStreams: 15 * index,
    }));

  test.each<[string, number[], string, string]>([
    ['nothing', [6, 6], 'ok', 'nothing grows with every stream'],
    ['a pool that is full now', [6, 21, 21], 'ok', 'nothing grows with every stream'],
    ['growth that was measured once', [6, 21], 'info', 'threads grow, measured only once'],
    ['a leak', [6, 21, 36], 'bad', 'threads grow with every stream'],
  ])('is %s', (_, threads, result, detail) => {
    const step = 'Aborted streams give back what they took';
    expect(rowsOf({ resources: held(threads) })).toContainEqual({ step, result, detail });
  });

  test.each<[string, Parameters<typeof stream>[0], string, string]>([
    ['streams', {}, 'ok', 'status 200'],
    ['is an error page', { status: 503, end: 'ended' }, 'bad', 'status 503'],
    ['sends no byte', { firstByteMs: null, bytes: 0 }, 'bad', 'status 200, no byte'],
    ['never comes', { status: null, firstByteMs: null, bytes: 0 }, 'bad', 'no answer'],
  ])('a new stream that %s', (_, overrides, result, detail) => {
    const step = 'A new stream is accepted after the aborts';
    expect(rowsOf({ streamsAfter: [stream(overrides)] })).toContainEqual({ step, result, detail });
  });
});

describe('single rows', () => {
  test.each<[string, Evidence, (typeof steps)[number], string]>([
    [
      'nobody owns the port',
      makeEvidence({ processes: [backendProcess({ listening: false })] }),
      'listening',
      'info: no owner of the port could be seen',
    ],
    [
      'several owners',
      makeEvidence({ processes: [backendProcess(), backendProcess({ pid: 4_712 })] }),
      'listening',
      'ok: pid 4711 and pid 4712',
    ],
    [
      'no stack',
      makeEvidence({ dumps: [failedDump()] }),
      'stacks',
      'bad: py-spy: Permission denied (os error 13)',
    ],
    [
      'threads without frames',
      makeEvidence({ dumps: [threadsOnly({ trigger: 'proof' })] }),
      'stacks',
      'info: 1 dump by proc, without frames (py-spy: Permission denied (os error 13))',
    ],
    [
      'a worker of which only the threads were seen',
      makeEvidence({ dumps: [threadsOnly({ trigger: 'proof' })] }),
      'every worker',
      'ok: pid 4711 (Python 3.11, by the kernel alone)',
    ],
    [
      'no stack of a loop',
      makeEvidence({ dumps: [failedDump()] }),
      'shutdown',
      'not-done: no dump shows an event loop',
    ],
    [
      'a wave that did not settle',
      makeEvidence({ waves: makeEvidence().waves.slice(0, 2) }),
      'after aborts',
      'bad: 2 of 3 waves, 10 streams open when aborted',
    ],
    [
      'waves that were run once more',
      makeEvidence({ waves: [...makeEvidence().waves, ...makeEvidence().waves] }),
      'after aborts',
      'ok: 6 of 6 waves, 10 streams open when aborted',
    ],
    [
      'no stream was open',
      makeEvidence({ streams: [] }),
      'after aborts',
      'bad: 3 of 3 waves, 0 streams open when aborted',
    ],
    [
      'the loop was not free at the end',
      makeEvidence({ dumps: [proofDump({ threads: [loopThread(stack.blockedInSleep())] })] }),
      'free at the end',
      'bad: not seen free: pid 4711',
    ],
    [
      'no answer while streams are open',
      makeEvidence({
        probes: [...answeredProbes(800, 7_600), probe({ sentMs: 1_500, latencyMs: null })],
      }),
      'while streaming',
      'bad: 1 probe without an answer in time',
    ],
    [
      'a worker without a stack',
      makeEvidence({ processes: [backendProcess(), backendProcess({ pid: 4_712 })] }),
      'every worker',
      'bad: no stack of pid 4712',
    ],
    [
      'wrappers and helpers need no stack',
      makeEvidence({
        processes: [
          backendProcess(),
          backendProcess({ pid: 1, role: 'wrapper' }),
          backendProcess({ pid: 2, role: 'helper' }),
        ],
      }),
      'every worker',
      'ok: pid 4711 (Python 3.11)',
    ],
  ])('%s', (_, evidence, step, expected) => {
    expect(rows(evidence)[step]).toBe(expected);
  });

  test('a loop not seen free stays bad when something weightier decided', () => {
    const dumps = [failedDump({ trigger: 'proof' })];
    expect(rows(makeEvidence({ dumps, streams: [] }))['free at the end']).toMatch(/^bad/);
  });

  test('a late answer while streams are open is bad', () => {
    const probes = [...makeEvidence().probes, probe({ sentMs: 1_500, latencyMs: 5_500 })];
    expect(rows(makeEvidence({ probes }))['while streaming']).toMatch(/^bad/);
  });
});

test('a run of many hours has its rows', () => {
  const [first] = makeEvidence().waves;
  const probes = Array.from({ length: 200_000 }, (_, index) =>
    probe({ sentMs: (first?.openedMs ?? 0) + index / 1_000 }),
  );
  const evidence = makeEvidence({ probes });
  expect(() => triage({ evidence, result: judge(evidence), reportDir: '/tmp' })).not.toThrow();
});
