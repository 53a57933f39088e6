import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../../src/evidence/schema.ts';
import { renderSummary } from '../../../src/reporters/job-summary.ts';
import { stackText } from '../../../src/reporters/stack-text.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  dump,
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  newsWorker,
  poolWorker,
  probe,
  silenceDumps,
  stack,
  thread,
} from '../../support/make-evidence.ts';
import { linksOf, outline, tableRows } from '../../support/runner/markdown-outline.ts';

const summaryOf = (evidence: Evidence) =>
  renderSummary({ evidence, result: judge(evidence), reportDir: '/tmp/report' });
const blocked = (overrides: Parameters<typeof makeHang>[0] = {}) =>
  makeHang({
    dumps: silenceDumps([newsWorker('ThreadPoolExecutor-0_0'), loopThread(stack.blockedInExecutorExit311())]),
    ...overrides,
  });

test('the page of a green run', () => {
  const page = summaryOf(makeEvidence());
  expect(page.split('\n\n').slice(0, 3).join('\n\n')).toBe(`## ✅ hang-gate: pass, healthy

<code>/</code> and <code>/health</code> answered every probe within 5.0 s &#40;slowest 3 ms&#41; while 15 streams were aborted in 3 waves; the event loop of pid 4711 is free.

|  | check | result |
| --- | --- | --- |
| ✅ | <code>/</code> and <code>/health</code> answer within 5.0 s | 68 probes, 0 missed the deadline |
| ✅ | Something listens on http&#58;//127.0.0.1:8123 | pid 4711 |
| ℹ️ | Descriptors, sockets and threads before and after | pid 4711: fds 14 → 15, sockets 2 → 2, threads 6 → 9 &#40;15 aborted streams&#41; |
| ✅ | Stacks of every Python process | 1 dump by py-spy |
| ✅ | <code>ThreadPoolExecutor.shutdown</code> on an event loop | in none of 1 dump |
| ✅ | Responsive after each wave of aborted streams | 3 of 3 waves, 10 streams open when aborted |
| ✅ | A new stream is accepted after the aborts | status 200 |
| ✅ | Aborted streams give back what they took | nothing grows with every stream |
| ✅ | The event loop is free at the end | pid 4711 |
| ✅ | Responsive while streams are open | 30 probes, slowest 3 ms |
| ✅ | Every worker looked at | pid 4711 &#40;Python 3.11&#41; |`);
  expect(page).toContain('### Latency of the probes');
  const rows = tableRows(outline(page), 'phase');
  expect(rows.map(([phase, lasted]) => `${phase}, ${lasted}`)).toEqual([
    'baseline, 500\u00a0ms',
    'wave 1 streaming, 1.0\u00a0s',
    'wave 1 after reset, 1.0\u00a0s',
    'wave 2 streaming, 1.0\u00a0s',
    'wave 2 after close, 1.0\u00a0s',
    'wave 3 streaming, 1.0\u00a0s',
    'wave 3 after early, 1.0\u00a0s',
  ]);
  expect(rows[1]?.slice(2, 4)).toEqual(['<code>▂▂▂▂▂</code>', '3\u00a0ms / 3\u00a0ms']);
  expect(page).toMatch(
    /<sub>hang-gate <code>1\.2\.3<\/code> took 8\.0 s over <code>.*<\/code>\. This page holds .*<\/sub>\n$/,
  );
});

describe('leads on', () => {
  const evidence = blocked();
  const report = { evidence, result: judge(evidence), reportDir: '/tmp/report' };
  const repositoryUrl = 'https://github.com/octo/hang-gate/blob/v1';
  const run = 'https://github.com/octo/news/actions/runs/4711';

  test('to the page of its rule by its path, where no address is known', () => {
    expect(renderSummary(report)).toContain('**More:** <code>docs/rules/executor-exit.md</code>\n');
  });

  test('to the report, the page, the files and the run', () => {
    const links = { report: `${run}/artifacts/12`, artifact: `${run}/artifacts/11`, run };
    const page = renderSummary({ ...report, repositoryUrl, links });
    expect(linksOf(page)).toEqual([
      ['open the report', links.report],
      ['about executor-exit', `${repositoryUrl}/docs/rules/executor-exit.md`],
      ['all files of the report', links.artifact],
      ['this run', run],
    ]);
  });

  test('by addresses that a masked secret cannot break', () => {
    const page = renderSummary({ ...report, repositoryUrl, links: { run } });
    expect(page).not.toMatch(/octo|hang-gate\/blob|\/news\/actions/);
  });
});

describe('the page of a red run', () => {
  const source = {
    file: '/work/shop/app/main.py',
    firstLine: 23,
    lines: ['    queue = Queue()', '    with ThreadPoolExecutor() as pool:', '        yield pool'],
  };
  const page = summaryOf(blocked({ sources: [source] }));

  test('names the culprit, its line and the fix', () => {
    expect(page).toMatch(/^## ❌ hang-gate: fail, loop-blocked\n/);
    expect(page).toContain('**<code>app/main.py:24</code>** in <code>news');
    expect(page).toContain(
      '```python\n    23 queue = Queue()\n>   24 with ThreadPoolExecutor() as pool:\n    25     yield pool\n```',
    );
    expect(page).toContain('**Fix:** Create the executor outside any <code>with</code> on the loop');
  });

  test('shows the last dump of each process, the loop first', () => {
    expect(page).toContain('<summary>Stacks of pid 4711 at 4.9 s (silence, by py-spy)</summary>');
    expect(page.match(/<details>/g)).toHaveLength(2);
    expect(page.indexOf('"MainThread" (event loop)')).toBeLessThan(page.indexOf('"ThreadPoolExecutor-0_0"'));
  });

  test('counts what was not answered', () => {
    expect(page).toContain('**1 unanswered**');
    expect(tableRows(outline(page), 'phase').at(-1)?.[2]).toBe('<code>×</code>');
  });

  test('shows the last lines of the backend', () => {
    expect(page).toContain(
      '<summary>Last lines of the backend</summary>\n\n```\nINFO:     Application startup',
    );
  });
});

test('a page without probes has no table of latencies', () => {
  expect(summaryOf(makeEvidence({ phases: [], probes: [] }))).not.toContain('Latency');
});

test('remarks are shown, too', () => {
  const reset = probe({ sentMs: 3_050, latencyMs: null, status: null, error: 'read [ECONNRESET]' });
  expect(summaryOf(makeEvidence({ probes: [...makeEvidence().probes, reset] }))).toContain(
    '**warning:** 1 probe of <code>/health</code> failed at the connection &#40;read &#91;ECONNRESET&#93;&#41;',
  );
});

test('nothing that the backend says breaks out of its place', () => {
  const evil = '```\n</details><img src=x> | ::error::pwned ##[error]pwned \u001b[31m';
  const frames = stack.onLoop([frame(evil, `/work/shop/${evil}.py`, 3)]);
  const page = summaryOf(
    makeHang({
      backend: { lastLogLines: [evil, '::error::pwned'] },
      dumps: silenceDumps([{ ...loopThread(frames), name: evil }]),
    }),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
  expect(page).not.toMatch(/\u001b|##\[|^\s*::/m);
  const outside = outline(page).outside.join('\n');
  expect(outside).not.toMatch(/<img/);
  expect(page.match(/<details>/g)).toHaveLength(outside.match(/<\/details>/g)?.length ?? 0);
});

test('the page is made of what GitHub shows', () => {
  // Of what its sanitizer lets through; it drops every style and class, so none is used.
  const allowed = ['code', 'details', 'summary', 'sub'];
  for (const evidence of [makeEvidence(), blocked(), makeEvidence({ streams: [] })]) {
    const { outside } = outline(summaryOf(evidence));
    const tags = outside.flatMap((line) => [...line.matchAll(/<\/?([a-z][^\s>/]*)([^>]*)>/gi)]);
    expect(tags.length).toBeGreaterThan(20);
    expect(tags.filter(([, name = '', rest]) => !allowed.includes(name) || rest !== '')).toEqual([]);
    expect(outside.filter((line) => /!\[/.test(line))).toEqual([]);
  }
});

test('beside a baseline', () => {
  const result = judge(makeEvidence());
  const baseline = { path: 'base', newOnly: true, result: JSON.parse(JSON.stringify(result)) };
  const page = summaryOf(blocked({ baseline }));
  expect(page).toContain(
    '### Beside the baseline <code>base</code> &#40;pass, healthy; only new findings fail&#41;\n\n- New: <code>executor-exit app/main.py news&#95;stream</code>.\n',
  );
  expect(page).toContain(
    '\n- <code>/</code>: median 3 ms &#40;before 3 ms&#41;, slowest 5.1 s &#40;before 3 ms&#41;.',
  );
  expect(page).toContain('\n- Longest silence: 5.1 s &#40;before none&#41;.');
  expect(page).toMatch(
    /\n- Not tested by this run: 2 of 3 waves, .* and the proof that every loop is free\.\n/,
  );
});

describe('a page that would be too long', () => {
  const deep = Array.from({ length: 900 }, (_, index) => frame(`f${index}`, '/work/shop/app/deep.py', index));
  test('cuts long dumps', () => {
    const page = summaryOf(blocked({ dumps: silenceDumps([loopThread(stack.onLoop(deep))]) }));
    expect(page).toMatch(/… \d+ more lines in the report/);
  });

  const hugeLog = Array.from({ length: 2_000 }, (_, index) => `${index} ${'x'.repeat(1_000)}`);

  test('shows the end of a long log', () => {
    const page = summaryOf(blocked({ backend: { lastLogLines: hugeLog } }));
    expect(page).toMatch(/^1999 x+…$/m);
    expect(Buffer.byteLength(page)).toBeLessThan(40 * 1024);
  });

  test('leaves out what weighs least, says so, and keeps the verdict and the end', () => {
    const name = '\u0800'.repeat(300);
    const wide = Array.from({ length: 150 }, (_, index) =>
      frame(`${name}${index}`, '/work/shop/app/x.py', 1),
    );
    const processes = [4711, 11, 12, 13];
    const page = summaryOf(
      blocked({
        dumps: processes.flatMap((pid) => silenceDumps([loopThread(stack.onLoop(wide), pid)], { pid })),
        backend: { lastLogLines: hugeLog },
      }),
    );
    expect(Buffer.byteLength(page)).toBeLessThan(200 * 1024);
    expect(page).toMatch(/^## ❌ hang-gate: fail/);
    expect(page).toContain('| check | result |');
    expect(page).toContain('Stacks of pid 4711');
    expect(page).toMatch(/Left out here for want of room: .*the stacks of pid 13/);
    expect(page.trimEnd().split('\n').at(-1)).toMatch(/^<sub>hang-gate /);
    expect(outline(page).open).toBe(false);
  });
});

test('a dump as text', () => {
  const threads = [
    thread([frame('work', '/work/shop/app/jobs.py', 3)], { tid: null, name: null, ownsGil: true }),
    loopThread(stack.onUvloop([frame('spin', '/work/shop/app/cpu.py', 5)]).slice(0, 2)),
  ];
  expect(stackText(dump({ threads }), makeEvidence())).toEqual([
    'Thread 4711 "MainThread" (event loop)',
    '    spin (app/cpu.py:5)',
    '    Runner.run (asyncio/runners.py:118)',
    '',
    'Thread ? (holds the GIL)',
    '    work (app/jobs.py:3)',
    '',
  ]);
});

test('threads of a dump that stand at one place are one stack, those in the application first', () => {
  const idle = (name: string) => poolWorker(name);
  const threads = [idle('idle_0'), ...['a', 'b', 'c'].map(newsWorker), idle('idle_1')];
  const text = stackText(dump({ threads }), makeEvidence()).join('\n');
  expect(text.match(/^Thread .*$/gm)).toEqual(['Thread 9000 "a"', 'Thread 9000 "idle_0"']);
  expect(text).toContain('    … 2 more threads in fetch_headlines: "b", "c"\n');
  expect(text).toContain('    … 1 more thread there: "idle_1"\n');
});

test('the kernel’s numbers of every loop that was followed', () => {
  const stint = {
    startMs: 3_000,
    durationMs: 5_000,
    ranMs: 0,
    queuedMs: 50,
    voluntarySwitches: 0,
    states: { S: 100 },
    waitChannels: { futex_do_wait: 100 },
  };
  const loop = { pid: 11, tid: 11, samples: 160, samplesAtSelector: 60, stints: [stint], goneMs: null };
  const master = { ...loop, pid: 10, samplesAtSelector: 0, stints: [] };
  const page = summaryOf(makeEvidence({ loops: [master, loop, { ...loop, pid: 12, stints: [] }] }));
  expect(page).toContain(
    '| pid 11 | 60 of 160 | its thread was in futex&#95;do&#95;wait in 100 of 100 samples over 5.0 s',
  );
  expect(page).toContain('| pid 12 | 60 of 160 | never for longer than a moment |');
  expect(page).not.toContain('| pid 10 |');
});
