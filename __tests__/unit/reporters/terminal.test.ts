import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../../src/evidence/schema.ts';
import { excerptOf } from '../../../src/reporters/excerpt.ts';
import type { ReportLinks } from '../../../src/reporters/reporter.ts';
import { Terminal } from '../../../src/reporters/terminal.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { FakeTerminal } from '../../support/fake-terminal.ts';
import {
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  newsWorker,
  phase,
  probe,
  silenceDumps,
  stack,
} from '../../support/make-evidence.ts';
import { written } from '../../support/written-files.ts';

const reportDir = join(process.cwd(), 'hang-gate-report');

interface PrintOptions {
  readonly columns?: number;
  readonly reportDir?: string;
  readonly output?: Settings['output'];
  readonly env?: NodeJS.ProcessEnv;
  readonly links?: ReportLinks;
}

function printed(
  evidence: Evidence,
  { columns, output, env = {}, links, ...options }: PrintOptions = {},
): string {
  const stream = new FakeTerminal(columns === undefined ? {} : { columns });
  const terminal = new Terminal({ stream: stream.asStdout, env, ...(output && { output }) });
  terminal.report({ evidence, result: judge(evidence), reportDir, links, ...options }, written);
  return stream.text;
}

const source = {
  file: '/work/shop/app/main.py',
  firstLine: 22,
  lines: [
    'async def news_stream():',
    '    queue = asyncio.Queue()',
    '    with ThreadPoolExecutor() as pool:',
    '        for feed in feeds:',
    '',
    '            yield await pool.submit(fetch_headlines, feed)',
  ],
};
const blocked = (overrides: Parameters<typeof makeHang>[0] = {}) =>
  makeHang({
    dumps: silenceDumps(
      [newsWorker('ThreadPoolExecutor-0_0'), loopThread(stack.blockedInExecutorExit311())],
      {
        files: ['dumps/a.json'],
      },
    ),
    sources: [source],
    ...overrides,
  });

test('a green run', () => {
  expect(printed(makeEvidence())).toBe(`
✓ PASS healthy
  \`/\` and \`/health\` answered every probe within 5.0 s (slowest 3 ms) while 15
  streams were aborted in 3 waves; the event loop of pid 4711 is free.

  Open hang-gate-report/report.html
  Report: hang-gate-report
          evidence.json, result.json, report.html, summary.md, backend.log,
          dumps/ by py-spy
`);
});

test('a red run', () => {
  expect(printed(blocked())).toBe(
    `
            800 ms                                                         7.5 s
  phases    │    │wave 1
  streams   ·····██████████┤····················································
  /         ▂·▂·▂·▂·▂·▂·▂·▂·××××××××××××××××××××××××××××××××××××××××××××××××××××
  /health   ▂·▂·▂·▂·▂·▂·▂·▂·××××××××××××××××××××××××××××××××××××××××××××××××××××
  silence   ················━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
  pid 4711  ····································································
  dumps     ··························▲····▲·········▲··························
  probes: ▁ 1 ms to █ 5.0 s, × no answer; streams: █ all open, ┤ aborted; loops:
  · free, ▒ away, █ for the deadline, ~ no processor

✗ FAIL loop-blocked
  \`/\` and \`/health\` did not answer for 5.1 s, since the streams of wave 1 were
  aborted by TCP reset: leaving \`with ThreadPoolExecutor(…)\` at app/main.py:24
  calls \`executor.shutdown(wait=True)\` on the event loop, which waits for 1
  worker thread, which stands in \`fetch_headlines\` at app/news.py:31, in a call
  of \`get\` (requests/api.py).

  app/main.py:24 in news_stream
      22 │ async def news_stream():
      23 │     queue = asyncio.Queue()
  >   24 │     with ThreadPoolExecutor() as pool:
      25 │         for feed in feeds:
      26 │${' '}
      27 │             yield await pool.submit(fetch_headlines, feed)

  Fix: Create the executor outside any \`with\` on the loop, send work with
  \`loop.run_in_executor(executor, …)\`, cancel the pending futures when the
  client leaves, and end with \`executor.shutdown(wait=False,
  cancel_futures=True)\` in \`finally\`. Give every network call a short timeout,
  since running workers are abandoned and not stopped.
  See docs/rules/executor-exit.md

  Open hang-gate-report/report.html
  Report: hang-gate-report
          evidence.json, result.json, report.html, summary.md, backend.log,
          dumps/ by py-spy
`,
  );
});

test('an inconclusive run shows what the backend said', () => {
  const evidence = makeEvidence({
    backend: { readyMs: null, lastReadinessError: null, lastLogLines: ['starting', '::error::pwned'] },
    probes: [],
    waves: [],
    streams: [],
    dumps: [],
  });
  expect(printed(evidence, { reportDir: '/elsewhere/report' })).toBe(`
  Last lines of the backend:
  │ starting
  │ : :error::pwned

? INCONCLUSIVE not-ready
  The backend did not answer at http://127.0.0.1:8123 within 60.0 s.

  Fix: See backend.log for what it was doing; set \`url\` if it listens elsewhere,
  or raise \`boot-timeout\` if it needs longer.
  See docs/rules/not-ready.md

  Open /elsewhere/report/report.html
  Report: /elsewhere/report
          evidence.json, result.json, report.html, summary.md, backend.log
`);
});

test('a run whose only finding is known', () => {
  const baseline = { path: 'base', newOnly: true, result: JSON.parse(JSON.stringify(judge(blocked()))) };
  const text = printed(blocked({ baseline }));
  expect(text).toContain(`
  Beside the baseline \`base\` (fail, loop-blocked; only new findings fail):
    In the baseline too: \`executor-exit app/main.py news_stream\`.
`);
  expect(text).toMatch(/\n {2}warning: `\/` and/);
  expect(text).toMatch(
    /\n✓ PASS known-findings\n {2}Nothing new beside what the baseline has too: `executor-exit` at/,
  );
});

test('leads to the page of the report', () => {
  expect(printed(blocked(), { links: { report: join(reportDir, 'report.html') } })).toContain(
    '\n  Open hang-gate-report/report.html\n  Report: hang-gate-report\n',
  );
});

test('remarks of a green run', () => {
  const reset = probe({ sentMs: 3_050, latencyMs: null, status: null, error: 'read ECONNRESET' });
  expect(printed(makeEvidence({ probes: [...makeEvidence().probes, reset] }))).toContain(
    '\n  warning: 1 probe of `/health` failed at the connection (read ECONNRESET) but\n  not for as long',
  );
});

describe('long messages', () => {
  test.each([[40], [80], [200]])('wrap at %d columns, 100 at most', (columns) => {
    const text = printed(blocked({ sources: [] }), { columns });
    const sentences = text.split('\n').filter((line) => !line.includes('Report:'));
    const longest = Math.max(...sentences.map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(Math.min(columns, 100));
    expect(longest).toBeGreaterThan(Math.min(columns, 100) * 0.75);
  });

  test('lines of code and of the log are cut', () => {
    const wide = { file: '/work/shop/app/main.py', firstLine: 24, lines: [`x = ${'1 + '.repeat(60)}1`] };
    expect(printed(blocked({ sources: [wide] }))).toMatch(/^ {2}> {3}24 │ x = (1 \+ )+.*…$/m);
  });

  test('are no column of words on a terminal of unknown width', () => {
    expect(printed(makeEvidence(), { columns: 0 }).split('\n').length).toBeLessThan(12);
  });
});

describe("the backend's words", () => {
  const evilFrame = (name: string, file = '/work/shop/app/main.py') =>
    makeHang({ dumps: silenceDumps([loopThread(stack.onLoop([frame(name, file, 3)]))]) });

  test.each([
    ['a name with a command', evilFrame('::error::pwned')],
    ['a name with a runner command', evilFrame('##[error]pwned')],
    ['a name with an escape', evilFrame('\u001b[2J\u001b]0;x\u0007')],
    ['a file with a command', evilFrame('f', '/work/shop/::error::.py')],
    [
      'a log with commands',
      makeEvidence({
        backend: {
          readyMs: null,
          lastLogLines: ['::error::a', '##[error]b', '\u001b[2Jc', '  ::warning::d'],
        },
      }),
    ],
    [
      'source lines with commands',
      blocked({
        sources: [
          { file: '/work/shop/app/main.py', firstLine: 23, lines: ['::error::a', '##[error]b', '\u001b[2J'] },
        ],
      }),
    ],
  ])('%s stays text', (_, evidence) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
    expect(printed(evidence)).not.toMatch(/\x1b|##\[|^\s*::/m);
  });

  test('a command in the middle of a sentence does not come to stand at the start of a line', () => {
    expect(printed(evilFrame('f\n::error::pwned'))).not.toMatch(/^\s*::/m);
  });
});

test('what may hold the words of the backend is printed inside the quarantine', () => {
  const stream = new FakeTerminal();
  const quarantine = (print: () => void) => {
    stream.write('[');
    print();
    stream.write(']');
  };
  const evidence = makeEvidence();
  new Terminal({ stream: stream.asStdout, env: {}, quarantine }).report(
    { evidence, result: judge(evidence), reportDir },
    written,
  );
  expect(stream.text).toMatch(/^\[[^[\]]*PASS[^[\]]*\]$/);
});

describe('phases', () => {
  const boot = { ...phase('boot', 100, 1_530), note: 'http://127.0.0.1:8123 answers' };

  test('in a log are a line each, once they are over', () => {
    const stream = new FakeTerminal();
    const terminal = new Terminal({ stream: stream.asStdout, env: {} });
    terminal.onPhaseStart(boot);
    expect(stream.text).toBe('');
    terminal.onPhaseEnd(boot, 'done');
    terminal.onNotice('installing py-spy');
    terminal.onPhaseEnd({ ...phase('wave 1', 0, 6_000), note: '\u001b[1msilent' }, 'failed');
    terminal.onPhaseEnd(phase('stop', 0, 12), 'done');
    expect(stream.text).toBe(
      [
        '  ✓ boot        1.5 s  http://127.0.0.1:8123 answers',
        '    installing py-spy',
        '  ✗ wave 1      6.0 s  silent',
        '  ✓ stop        12 ms',
        '',
      ].join('\n'),
    );
  });

  test('on a terminal are redrawn in place', () => {
    const stream = new FakeTerminal({ isTTY: true });
    const terminal = new Terminal({ stream: stream.asStdout, env: {} });
    terminal.onPhaseStart(boot);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the line is cleared before it is drawn.
    expect(stream.text).toMatch(/^\r\x1b\[K {2}… boot +\d+ ms$/);
    terminal.onPhaseEnd(boot, 'done');
    expect(stream.text.endsWith('\r\x1b[K  ✓ boot        1.5 s  http://127.0.0.1:8123 answers\n')).toBe(true);
  });

  test('fit in the width', () => {
    const stream = new FakeTerminal({ columns: 40 });
    new Terminal({ stream: stream.asStdout, env: {} }).onPhaseEnd(
      { ...boot, note: 'a long note '.repeat(9) },
      'done',
    );
    expect(stream.text).toHaveLength(41);
    expect(stream.text.endsWith('…\n')).toBe(true);
  });

  test('on a terminal that cannot go back are no more than a line each', () => {
    const stream = new FakeTerminal({ isTTY: true });
    const terminal = new Terminal({ stream: stream.asStdout, env: { TERM: 'dumb' } });
    terminal.onPhaseStart(boot);
    terminal.onPhaseEnd(boot, 'done');
    expect(stream.text).toBe('  ✓ boot        1.5 s  http://127.0.0.1:8123 answers\n');
  });

  test('are not printed where only the verdict is asked for', () => {
    const stream = new FakeTerminal({ isTTY: true });
    const terminal = new Terminal({ stream: stream.asStdout, output: 'quiet', env: {} });
    terminal.onPhaseStart(boot);
    terminal.onPhaseEnd(boot, 'done');
    expect(stream.text).toBe('');
  });
});

describe('excerptOf', () => {
  const { gate } = makeEvidence();
  const at = (line: number, file = 'app/main.py') =>
    excerptOf({ file, line, function: 'f' }, { gate, sources: [source] });

  test('marks the line', () => {
    expect(at(24).filter(({ marked }) => marked)).toEqual([
      { number: 24, text: '    with ThreadPoolExecutor() as pool:', marked: true },
    ]);
  });

  test.each([
    [21, 'app/main.py'],
    [28, 'app/main.py'],
    [24, 'app/other.py'],
    [24, 'n.py'],
  ])('line %d of %s is not in it', (line, file) => {
    expect(at(line, file)).toEqual([]);
  });

  test('takes the file of the workspace and not one of the same name below', () => {
    const other = {
      ...source,
      file: '/work/shop/vendor/app/main.py',
      lines: source.lines.map(() => 'wrong'),
    };
    const [line] = excerptOf(
      { file: 'app/main.py', line: 24, function: 'f' },
      { gate, sources: [other, source] },
    );
    expect(line?.text).toBe('async def news_stream():');
  });
});
