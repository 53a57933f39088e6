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
  silenceDumps,
  stack,
  stream,
  unanswered,
  workspace,
} from '../../../support/make-evidence.ts';

const modelOf = (evidence: Evidence) =>
  pageModel({ evidence, result: judge(evidence), reportDir: '/tmp/report' });

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
    expect(text).toContain('curl -sN -m 1.0 -o /dev/null http://127.0.0.1:8123/news/stream');
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
