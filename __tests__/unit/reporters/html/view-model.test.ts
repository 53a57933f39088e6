import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../../../src/evidence/schema.ts';
import { probeKinds } from '../../../../src/reporters/html/model.ts';
import { pageModel } from '../../../../src/reporters/html/view/view-model.ts';
import { visible } from '../../../../src/reporters/html/visible.ts';
import { settingNames } from '../../../../src/settings/schema.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { bigEvidence, bigRun } from '../../../support/big-run.ts';
import {
  dump,
  loopThread,
  makeEvidence,
  makeHang,
  newsWorker,
  poolWorker,
  probe,
  probeRoute,
  silenceDumps,
  stack,
  stream,
  unanswered,
  workspace,
} from '../../../support/make-evidence.ts';

const modelOf = (evidence: Evidence, troubles: readonly string[] = []) =>
  pageModel({ evidence, result: judge(evidence), reportDir: '/tmp/report', troubles });

const hang = makeHang({
  dumps: silenceDumps([
    ...['0_0', '0_1', '0_2'].map((name) => newsWorker(`ThreadPoolExecutor-${name}`)),
    poolWorker('ThreadPoolExecutor-9_9'),
    loopThread(stack.blockedInExecutorExit311()),
  ]),
  sources: [
    {
      file: `${workspace}/app/main.py`,
      firstLine: 23,
      lines: ['a = 1', 'with ThreadPoolExecutor() as pool:'],
    },
  ],
});

describe('the answer', () => {
  test('is the verdict with the line, its source, for whom it waits, and the fix', () => {
    expect(modelOf(hang)).toMatchObject({
      verdict: 'fail',
      reason: 'loop-blocked',
      culprit: { place: 'app/main.py:24', lines: [{ number: 23 }, { number: 24, marked: true }] },
      waitsFor: { place: 'app/news.py:31', function: 'fetch_headlines', threads: 3 },
      fix: expect.stringContaining('executor.shutdown(wait=False'),
      rulePage: { id: 'executor-exit', path: 'docs/rules/executor-exit.md', url: null },
    });
  });

  test('has the proof of a green run', () => {
    expect(modelOf(makeEvidence()).proofs).toEqual([
      {
        pid: 4_711,
        result: 'free',
        detail: 'its loop waits for events; over the run it was at its selector in 139 of 140 samples',
        frames: [
          '`select` (selectors.py)',
          '`_run_once` (asyncio/base_events.py)',
          '`run_forever` (asyncio/base_events.py)',
        ],
        dump: 0,
      },
    ]);
  });
});

describe('the timeline', () => {
  test('begins with the wave that led to the trouble, and is whole where there was none', () => {
    const phases = [{ name: 'boot', startMs: 0, durationMs: 10, note: null }];
    const late = makeHang({ phases, durationMs: 30_000 });
    const [fromMs, toMs] = modelOf(late).timeline.focus;
    expect([Math.round(fromMs), Math.round(toMs)]).toEqual([790, 8_010]);
    expect(modelOf(makeEvidence()).timeline.focus).toEqual([0, 8_020]);
  });

  test('tells of each stream how it ended, in rows that are used again', () => {
    const { streams } = modelOf(makeEvidence()).timeline;
    expect([streams.rows, streams.total, streams.mostOpen]).toEqual([5, 16, 5]);
    expect([...new Set(streams.each.map(({ end }) => end))]).toEqual(['reset', 'close', 'early']);
    const odd = [stream({ end: 'ended' }), stream({ end: 'failed' }), stream({ end: null, endedMs: null })];
    expect(
      modelOf(makeEvidence({ streams: odd, streamsAfter: [] })).timeline.streams.each.map(({ end }) => end),
    ).toEqual(['ended', 'failed', 'open']);
  });

  test('tells missed probes from those that only waited when probing ended', () => {
    const probes = [
      probe({ sentMs: 1_000 }),
      unanswered('/health', 2_000),
      unanswered('/health', 7_000),
      probe({ sentMs: 7_100, latencyMs: null, status: null, error: 'ECONNREFUSED' }),
    ];
    const { each } = modelOf(makeHang({ probes })).timeline.probes.find(({ path }) => path === '/health') ?? {
      each: [],
    };
    expect(each.map(([sentMs, waitedMs, kind]) => [sentMs, waitedMs, probeKinds[kind]])).toEqual([
      [1_000, 3, 'answered'],
      [2_000, 5_500, 'missed'],
      [7_000, 500, 'waiting'],
      [7_100, 400, 'failed'],
    ]);
  });
});

describe('beside a baseline', () => {
  const baselineOf = (evidence: Evidence, newOnly = false) => ({
    path: 'base',
    newOnly,
    result: JSON.parse(JSON.stringify(judge(evidence))),
  });

  test('nothing is said where none was given', () => {
    expect(modelOf(hang).baseline).toBeNull();
  });

  test('a hang that is new is told with what it did to every route, and what it kept from being tested', () => {
    const { baseline } = modelOf({ ...hang, baseline: baselineOf(makeEvidence()) });
    expect(baseline).toMatchObject({
      ended: 'The baseline `base` ended as `pass`, `healthy`.',
      findings: [{ isNew: true, change: 'New', name: 'executor-exit app/main.py news_stream' }],
      unlisted: 0,
      notTested: expect.stringMatching(/^Not tested by this run: 2 of 3 waves, .*every loop is free\.$/),
    });
    const [latency, silence] = baseline?.tables ?? [];
    expect(latency?.rows).toEqual([
      ['/', '3 ms', '3 ms', '3 ms', '5.1 s', '0', '1'],
      ['/health', '3 ms', '3 ms', '3 ms', '5.1 s', '0', '1'],
    ]);
    expect(latency?.marked).toEqual([0, 1]);
    expect(silence?.rows).toEqual([['Longest silence', 'none seen', '5.1 s']]);
  });

  test('one that is known, one that is gone, and one that nobody could see', () => {
    const changes = (evidence: Evidence) =>
      modelOf(evidence).baseline?.findings.map(({ change, isNew }) => [change, isNew]);
    const before = baselineOf(hang, true);
    expect(modelOf({ ...hang, baseline: before })).toMatchObject({
      verdict: 'pass',
      baseline: { ended: expect.stringContaining('only new findings do') },
    });
    expect(changes({ ...hang, baseline: before })).toEqual([['In the baseline too', false]]);
    expect(changes(makeEvidence({ baseline: before }))).toEqual([['Gone since the baseline', false]]);
    expect(changes(makeEvidence({ baseline: before, interrupted: 'SIGINT' }))).toContainEqual([
      'In the baseline, and not seen before this run ended',
      false,
    ]);
  });

  test('routes of one run alone and leaks have a row too, and no list is longer than a page', () => {
    const baseline = baselineOf(makeEvidence());
    baseline.result.leaks = [{ noun: 'threads', perStream: 1.25 }];
    baseline.result.probes.push(
      ...Array.from({ length: 99 }, (_, index) => ({
        path: `/${index}`,
        p50Ms: 1,
        maxMs: null,
        missed: 2,
      })),
    );
    const [latency, growth] = modelOf(makeEvidence({ baseline })).baseline?.tables ?? [];
    expect(latency?.rows[2]).toEqual(['/0', '1 ms', '–', '–', '–', '2', 'not probed']);
    expect(latency?.rows).toHaveLength(60);
    expect(latency?.note).toBe('41 more, see result.json.');
    expect(growth?.rows).toEqual([['Growth of threads', '1.3 a stream', 'none seen']]);
  });
});

describe('the notices', () => {
  test('are none of a whole report of one attempt', () => {
    expect(modelOf(hang).notices).toEqual([]);
    expect(modelOf(hang).tables.map(({ caption }) => caption)).not.toContainEqual(
      expect.stringMatching(/^Attempts/),
    );
  });

  test('tell how a first attempt ended, and the figures have both', () => {
    const { notices, tables } = modelOf({ ...makeEvidence(), earlier: makeHang({ dumps: [] }) });
    expect(notices).toEqual([
      {
        kind: 'attempt',
        text: 'This is attempt 2 of 2, on a fresh boot. The first ended as `fail`, `service-unresponsive` with a longest wait of 5.1 s; its log and dumps are in `first-attempt/`.',
      },
    ]);
    expect(tables[0]?.rows.map((row) => row.slice(0, 5))).toEqual([
      ['1', 'fail', 'service-unresponsive', '5.1 s', '8.0 s'],
      ['2', 'pass', 'healthy', '3 ms', '8.0 s'],
    ]);
  });

  test('tell what the report lacks', () => {
    expect(modelOf(hang, ['evidence.json could not be written: ENOSPC']).notices).toEqual([
      {
        kind: 'trouble',
        text: 'The report is not complete: evidence.json could not be written: ENOSPC. The verdict stands.',
      },
    ]);
  });
});

test('the checks have what the machine took away', () => {
  const sample = { stolenMs: 0, throttledMs: null, throttledPeriods: null, suspendedMs: 0 };
  const machine = [
    { atMs: 0, pressureMs: 0, ...sample },
    { atMs: 8_000, pressureMs: 2_000, ...sample },
  ];
  expect(modelOf(makeEvidence({ machine })).checks).toContainEqual({
    step: 'What the machine took away meanwhile',
    result: 'info',
    detail: expect.stringContaining('CPU pressure 25 %'),
  });
});

test('a loop that somebody stopped says so in its lane', () => {
  const [loop] = makeEvidence().loops;
  const holds = [{ startMs: 2_000, durationMs: 3_000, kind: 'traced' as const, by: 'gdb (pid 7)' }];
  const loops = [{ ...(loop as Evidence['loops'][number]), holds }];
  expect(modelOf(makeEvidence({ loops })).timeline.workers[0]?.spans).toContainEqual({
    startMs: 2_000,
    endMs: 5_000,
    state: 'held',
    detail: 'held for 3.0 s: it was traced, as a debugger does, by gdb (pid 7)',
  });
});

describe('the dumps', () => {
  const { dumps } = modelOf(hang);
  const [first] = dumps.dumps;

  test('have threads of one stack together: the loop first, then those that it waits for', () => {
    expect(first?.groups.map(({ role, threads }) => [role, threads.length])).toEqual([
      ['loop', 1],
      ['waited-on', 3],
      ['other', 1],
    ]);
  });

  test('write each stack once, with the line of the application where it was kept', () => {
    expect(dumps.stacks).toHaveLength(3);
    const at =
      dumps.stacks[first?.groups[0]?.stack ?? -1]?.find((frame) => dumps.frames[frame]?.[3] === 1) ?? -1;
    expect(dumps.frames[at]).toEqual([
      'news_stream',
      expect.any(Number),
      24,
      1,
      'with ThreadPoolExecutor() as pool:',
    ]);
  });

  test('show nobody who is waited for where the loop is free', () => {
    const free = dump({ threads: [loopThread(stack.idleAsyncio()), newsWorker('ThreadPoolExecutor-0_0')] });
    expect(modelOf(makeEvidence({ dumps: [free] })).dumps.dumps[0]?.groups.map(({ role }) => role)).toEqual([
      'loop',
      'other',
    ]);
  });
});

describe('a run of 2,000 streams', () => {
  const model = modelOf(bigEvidence());

  test('keeps its lists short, and the probes that went wrong one by one', () => {
    const { streams, probes } = model.timeline;
    expect([streams.total, streams.each.length, streams.mostOpen]).toEqual([2_001, 0, bigRun.clients]);
    expect(streams.open.length).toBeLessThanOrEqual(602);
    for (const { each, bins } of probes) {
      expect(each.length).toBeLessThanOrEqual(1_200);
      expect(bins.length).toBeLessThanOrEqual(400);
      expect(each.filter(([, , kind]) => kind !== 0)).toHaveLength(51);
      expect(each.length + bins.reduce((sum, [, , count]) => sum + count, 0)).toBe(5_890 + 51);
    }
    expect(model.bounds).toHaveLength(2);
  });
});

describe('the commands', () => {
  const commandsOf = (evidence: Evidence) =>
    modelOf(evidence)
      .repeat.map(({ command }) => command)
      .join('\n\n');

  test('repeat the run, the streams and the dump', () => {
    const text = commandsOf(makeEvidence());
    expect(text).toContain('-- python -m uvicorn app.main:app --port 8123');
    expect(text).toContain('curl -sN -m 1 -o /dev/null http://127.0.0.1:8123/news/stream');
    expect(text).toContain("ss -Htlnp 'sport = :8123'");
  });

  test('give the gate no flag that it does not have', () => {
    const [gate = ''] = modelOf(makeEvidence()).repeat.map(({ command }) => command);
    const flags = [...gate.matchAll(/--([a-z-]+) /g)].map(([, name]) => name);
    expect(flags.length).toBeGreaterThan(5);
    expect(flags.filter((name) => !settingNames.some((known) => known === name) && name !== 'port')).toEqual(
      [],
    );
  });

  test('ask what the run asked, for as long as it did', () => {
    const plan = { holdMs: 0, deadlineMs: 1_500 };
    const text = commandsOf(
      makeEvidence({ plan, probeRoutes: ['/livez', '/readyz'].map((path) => probeRoute(path)) }),
    );
    expect(text).toMatch(/--probes \/livez \\\n\s+--probes \/readyz/);
    expect(text).toContain('curl -s -m 1.5 -o');
    // To curl 0 is no limit.
    expect(text).toContain('curl -sN -m 0.001 -o');
  });

  test('quote what a shell would obey', () => {
    const plan = { workingDirectory: "/work/it's", streamPath: '/$(reboot)', command: 'a; reboot' };
    const text = commandsOf(makeEvidence({ plan }));
    expect(text).toContain("cd '/work/it'\\''s'");
    expect(text).toContain("'http://127.0.0.1:8123/$(reboot)'");
    expect(text).toContain("-- sh -c 'a; reboot'");
    // Throws where the shell cannot read it.
    execFileSync('/bin/sh', ['-n'], { input: text });
  });
});

test('what is not to be seen is gone, and what turns letters around is made visible', () => {
  expect(visible('\x1b[31mred\x1b[0m\x07 a\tb')).toBe('red  a\tb');
  expect(visible('a\u202eb\u2066c')).toBe('a‹U+202E›b‹U+2066›c');
});
