/** What is printed on terminals and in logs of several widths, as people see it. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Evidence, LoopEvidence } from '../../../src/evidence/schema.ts';
import { Terminal, type TerminalOptions } from '../../../src/reporters/terminal.ts';
import { columnsOf } from '../../../src/reporters/text.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { FakeTerminal } from '../../support/fake-terminal.ts';
import {
  backendProcess,
  loopThread,
  makeEvidence,
  makeHang,
  newsWorker,
  phase,
  silenceDumps,
  stack,
} from '../../support/make-evidence.ts';
import { written } from '../../support/written-files.ts';

const stint = {
  startMs: 2_320,
  durationMs: 5_080,
  ranMs: 0,
  queuedMs: 50,
  voluntarySwitches: 0,
  states: { S: 100 },
  waitChannels: { futex_do_wait: 100 },
};
const loop = (pid: number, overrides: Partial<LoopEvidence> = {}): LoopEvidence => ({
  pid,
  tid: pid,
  samples: 160,
  samplesAtSelector: 60,
  stints: [],
  goneMs: null,
  ...overrides,
});
const hang = makeHang({
  dumps: silenceDumps([newsWorker('ThreadPoolExecutor-0_0'), loopThread(stack.blockedInExecutorExit311())]),
  loops: [
    loop(4711, { stints: [stint] }),
    loop(4712, { stints: [{ ...stint, durationMs: 900 }] }),
    loop(4713, { stints: [{ ...stint, queuedMs: 4_000 }], goneMs: 7_000 }),
  ],
  sources: [
    {
      file: '/work/shop/app/main.py',
      firstLine: 23,
      lines: [
        '    queue = asyncio.Queue()',
        '    with ThreadPoolExecutor(max_workers=number_of_feeds(), thread_name_prefix="feeds") as pool:',
        '        yield 1  # 日本語の長いコメントは二倍の幅を取り、端末の幅を超えることがある',
      ],
    },
  ],
});
const failedWave = {
  ...phase('wave 1', 1_300, 6_000),
  note: '5 of 5 streams aborted (reset), then no answer within the deadline',
};

function printed(evidence: Evidence, options: Partial<TerminalOptions> & { columns: number }): string {
  const stream = new FakeTerminal({ columns: options.columns });
  const terminal = new Terminal({ stream: stream.asStdout, env: {}, ...options });
  terminal.onPhaseEnd({ ...phase('boot', 100, 1_530), note: 'http://127.0.0.1:8123 answers' }, 'done');
  terminal.onPhaseEnd(failedWave, 'failed');
  const reportDir = join(process.cwd(), 'hang-gate-report');
  terminal.report({ evidence, result: judge(evidence), reportDir }, written);
  return stream.text;
}

describe.each([40, 60, 80, 120])('at %d columns', (columns) => {
  test.each([
    ['a red run', hang, 'normal'],
    ['an inconclusive run', makeEvidence({ streams: [] }), 'normal'],
    ['a green run with all there is', makeEvidence(), 'verbose'],
  ] as const)('%s', (_, evidence, output) => {
    const text = printed(evidence, { columns, output });
    expect(text).toMatchSnapshot();
    const tooLong = text.split('\n').filter((line) => columnsOf(line) > Math.min(columns, 100));
    // A path is not broken: it could not be opened any more.
    expect(tooLong.filter((line) => line.trim().includes(' '))).toEqual([]);
  });
});

test('where only ASCII can be shown, nothing else is written', () => {
  const text = printed(hang, { columns: 60, output: 'verbose', env: { LANG: 'C' } });
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect(text).toMatchSnapshot();
});

test.each([
  [{}, true],
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'de_DE.utf8' }, true],
  [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, false],
  [{ LANG: 'en_US.ISO-8859-1' }, false],
  [{ LANG: 'POSIX', GITHUB_ACTIONS: 'true' }, true],
])('%j shows more than ASCII: %j', (env, expected) => {
  expect(printed(hang, { columns: 80, env }).includes('✗')).toBe(expected);
});

test.each([
  [{ COLUMNS: '60' }, 60],
  [{}, 80],
  [{ COLUMNS: 'wide' }, 80],
  [{ COLUMNS: '200' }, 100],
])('a log is as wide as %j says, else 80 columns', (env, expected) => {
  const longest = Math.max(...printed(hang, { columns: 0, env }).split('\n').map(columnsOf));
  expect(longest).toBeLessThanOrEqual(expected);
  expect(longest).toBeGreaterThan(expected - 5);
});

describe('quiet', () => {
  test('prints the verdict of a green run', () => {
    expect(printed(makeEvidence(), { columns: 80, output: 'quiet' })).toBe(`
✓ PASS healthy
  \`/\` and \`/health\` answered every probe within 5.0 s (slowest 3 ms) while 15
  streams were aborted in 3 waves; the event loop of pid 4711 is free.
`);
  });

  test('prints what to do about a red one, and nothing before it', () => {
    const text = printed(hang, { columns: 80, output: 'quiet' });
    expect(text).toMatch(/^\n✗ FAIL loop-blocked\n/);
    expect(text).toContain('\n  app/main.py:24 in news_stream\n');
    expect(text).toContain('\n  See docs/rules/executor-exit.md\n');
  });
});

test('of many workers those are drawn that were away for longest', () => {
  const loops = Array.from({ length: 20 }, (_, index) =>
    loop(index + 1, { stints: [{ ...stint, durationMs: index * 10 }] }),
  );
  const processes = loops.map(({ pid }) => backendProcess({ pid, role: 'worker' }));
  const text = printed(makeHang({ loops, processes }), { columns: 100 });
  expect(text.match(/^ {2}pid \d+/gm)).toEqual([20, 19, 18, 17, 16, 15, 14, 13].map((pid) => `  pid ${pid}`));
  expect(text).toContain('(12 more like these)');
});
