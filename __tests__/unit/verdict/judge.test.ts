import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { exitCodeOf, usageExitCode } from '../../../src/verdict/exit-codes.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  backendProcess,
  dump,
  earlyStream,
  failedDump,
  loopThread,
  makeEvidence,
  makeHang,
  newsWorker,
  probe,
  scheduling,
  silenceDumps,
  stack,
  stream,
  threadsOnly,
  unanswered,
} from '../../support/make-evidence.ts';

const place = z.object({ file: z.string(), line: z.int(), function: z.string() }).nullable();
/** `result.json` as the contract has it. */
const contract = z.object({
  schemaVersion: z.literal(1),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reason: z.string(),
  message: z.string().min(1),
  culprit: place,
  findings: z.array(
    z.object({
      ruleId: z.string(),
      level: z.enum(['error', 'warning', 'note']),
      message: z.string(),
      location: place,
      pid: z.int().nullable(),
      fix: z.string().nullable(),
      page: z.string().regex(/^docs\/rules\/[a-z-]+\.md$/),
    }),
  ),
  probes: z.array(
    z.object({
      path: z.string(),
      count: z.int(),
      p50Ms: z.number().nullable(),
      p99Ms: z.number().nullable(),
      maxMs: z.number().nullable(),
      missed: z.int(),
    }),
  ),
  streams: z.strictObject({
    opened: z.int(),
    aborted: z.int(),
    endedEarly: z.int(),
    refused: z.int(),
    events: z.int(),
  }),
  stalls: z.array(
    z.object({
      pid: z.int().nullable(),
      startMs: z.number(),
      durationMs: z.number().nonnegative(),
      firstDumpMs: z.number().nullable(),
    }),
  ),
  processes: z.array(z.object({ pid: z.int(), role: z.string(), python: z.string().nullable() })),
  dumps: z.array(z.string()),
  durationMs: z.number(),
  phases: z.array(z.object({ name: z.string(), startMs: z.number(), durationMs: z.number() })),
});

const blocked = () =>
  makeHang({
    dumps: silenceDumps([newsWorker('ThreadPoolExecutor-0_0'), loopThread(stack.blockedInExecutorExit311())]),
  });

describe.each([
  ['a healthy run', makeEvidence],
  ['a hang', blocked],
  [
    'a run that saw nothing',
    () => makeEvidence({ probes: [], dumps: [], streams: [], waves: [], durationMs: null }),
  ],
])('the result of %s', (_, make) => {
  test('has the shape of the contract', () => {
    contract.parse(JSON.parse(JSON.stringify(judge(make()))));
  });

  test('is the same for the same evidence, also after a way through JSON', () => {
    const first = JSON.stringify(judge(make()));
    expect(JSON.stringify(judge(make()))).toBe(first);
    expect(JSON.stringify(judge(JSON.parse(JSON.stringify(make()))))).toBe(first);
  });

  test('leaves the evidence as it was', () => {
    const evidence = deepFreeze(make());
    const before = JSON.stringify(evidence);
    judge(evidence);
    expect(JSON.stringify(evidence)).toBe(before);
  });
});

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object') for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}

test('the decisive finding gives message and culprit', () => {
  const { message, culprit, findings } = judge(blocked());
  expect(findings[0]).toMatchObject({ ruleId: 'executor-exit', message, location: culprit });
  expect(culprit).toEqual({ file: 'app/main.py', line: 24, function: 'news_stream' });
});

test('probes are summed up by route', () => {
  const probes = [
    probe({ path: '/', latencyMs: 1 }),
    probe({ path: '/', latencyMs: 9 }),
    probe({ path: '/other', latencyMs: 70 }),
    unanswered('/health', 2_500),
  ];
  expect(judge(makeEvidence({ probes, probingEndedMs: 9_000 })).probes).toEqual([
    { path: '/', count: 2, p50Ms: 1, p99Ms: 9, maxMs: 9, missed: 0 },
    { path: '/health', count: 1, p50Ms: 6_500, p99Ms: 6_500, maxMs: 6_500, missed: 1 },
  ]);
});

test('streams are counted by their end', () => {
  const streams = [
    stream(),
    earlyStream(),
    stream({ end: 'ended', events: 3 }),
    stream({ status: 429, end: 'ended', events: 0, firstByteMs: null }),
    earlyStream({ end: 'failed' }),
  ];
  expect(judge(makeEvidence({ streams })).streams).toEqual({
    opened: 2,
    aborted: 2,
    endedEarly: 2,
    refused: 2,
    events: 13,
  });
});

describe('stalls', () => {
  const stalls = (
    ...silences: [path: string, startMs: number, endMs: number | null, firstDumpMs: number | null][]
  ) =>
    judge(
      makeEvidence({
        silences: silences.map(([path, startMs, endMs, firstDumpMs]) => ({
          path,
          startMs,
          endMs,
          firstDumpMs,
        })),
      }),
    ).stalls.map(({ startMs, durationMs, firstDumpMs }) => [startMs, durationMs, firstDumpMs]);

  test('are silences', () => {
    expect(stalls(['/', 2_000, 3_500, 3_050])).toEqual([[2_000, 1_500, 3_050]]);
  });

  test('of several routes at the same time are one', () => {
    expect(stalls(['/', 2_000, 3_500, null], ['/health', 2_100, 3_900, 3_200])).toEqual([
      [2_000, 1_900, 3_200],
    ]);
  });

  test('one after the other are two', () => {
    expect(stalls(['/health', 5_000, 6_500, 6_010], ['/', 2_000, 3_500, 3_050])).toEqual([
      [2_000, 1_500, 3_050],
      [5_000, 1_500, 6_010],
    ]);
  });

  test('that did not end last until probing ended', () => {
    expect(stalls(['/', 2_000, null, 3_050])).toEqual([[2_000, 5_600, 3_050]]);
  });

  test('belong to the process that is to blame', () => {
    expect(judge(blocked()).stalls).toMatchObject([{ pid: 4_711, startMs: 2_400 }]);
  });
});

test('files, processes and phases are listed', () => {
  expect(judge(makeEvidence())).toMatchObject({
    dumps: ['dumps/007650ms-4711-proof.json', 'dumps/007650ms-4711-proof.txt'],
    processes: [{ pid: 4_711, role: 'backend', python: '3.11' }],
    durationMs: 8_020,
  });
  const phases = [{ name: 'boot', startMs: 100, durationMs: null, note: 'x' }];
  expect(judge(makeEvidence({ phases })).phases).toEqual([{ name: 'boot', startMs: 100, durationMs: 0 }]);
});

test.each([
  ['pass', 'healthy', 0],
  ['fail', 'loop-blocked', 1],
  ['fail', 'crashed', 1],
  ['inconclusive', 'not-ready', 125],
  ['inconclusive', 'runner-starved', 125],
  ['inconclusive', 'interrupted', 130],
] as const)('%s %s exits with %d', (verdict, reason, expected) => {
  expect(exitCodeOf({ verdict, reason })).toBe(expected);
});

test('wrong settings have an exit code of their own', () => {
  expect(usageExitCode).toBe(2);
});

describe('a look that does not show every loop free', () => {
  const looked = (overrides: Parameters<typeof makeEvidence>[0]) =>
    judge(
      makeEvidence({
        ...{ plan: { waves: 0, clients: 0 }, probes: [], probeRoutes: [], waves: [], streams: [], loops: [] },
        ...overrides,
      }),
    );
  const at = [500, 1_000, 2_000];
  const blocked = loopThread(stack.blockedInExecutorExit311());

  test.each([
    [
      'one stack of it alone',
      { dumps: [dump({ startMs: 500, threads: [blocked] }), failedDump(), failedDump()] },
      /last stood in `news_stream` at app\/main\.py:\d+/,
    ],
    [
      'a worker without a stack',
      {
        processes: [11, 12].map((pid) => backendProcess({ pid, role: 'worker' })),
        dumps: at.flatMap((startMs) => [
          dump({ pid: 11, startMs, threads: [loopThread(stack.idleAsyncio(), 11)] }),
          threadsOnly({ pid: 12, startMs }),
        ]),
      },
      /^pid 12 was not seen with an event loop/,
    ],
    [
      'one that waits for the interpreter',
      {
        dumps: at.map((startMs) =>
          dump({
            ...{ startMs, source: 'faulthandler', threads: [loopThread(stack.idleAsyncio())] },
            loopScheduling: scheduling({ waitChannel: 'futex_do_wait', voluntarySwitches: startMs / 5 }),
          }),
        ),
      },
      /^pid 4711 was not seen with its event loop free/,
    ],
    [
      'one that somebody stopped',
      {
        dumps: at.map((startMs) =>
          dump({
            startMs,
            threads: [blocked],
            loopScheduling: scheduling({ state: 'T', waitChannel: 'do_signal_stop' }),
          }),
        ),
      },
      /^pid 4711 was not seen with its event loop free/,
    ],
  ])('is inconclusive: %s', (_, overrides, message) => {
    const result = looked(overrides);
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'loop-unproven' });
    expect(result.message).toMatch(message);
    expect(result.findings).toMatchObject([{ ruleId: 'loop-unproven', level: 'error' }]);
  });
});
