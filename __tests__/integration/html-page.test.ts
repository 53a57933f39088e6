/** `report.html` of runs that nobody can arrange at will: hostile names, thousands of streams, no stacks at all. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Evidence } from '../../src/evidence/schema.ts';
import { judge } from '../../src/verdict/judge.ts';
import { bigEvidence, bigRun } from '../support/big-run.ts';
import { launch, open, requiredChromium, seriousViolations } from '../support/html/browser.ts';
import type { Measured } from '../support/html/measure-rendering.ts';
import { renderWithScript } from '../support/html/render.ts';
import {
  backendPid,
  backendProcess,
  failedDump,
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  poolWorker,
  silenceDumps,
  stack,
  taskGraph,
} from '../support/make-evidence.ts';

const folder = mkdtempSync(join(tmpdir(), 'hang gate page '));
const browserPath = requiredChromium();
let browser: Browser;

beforeAll(async () => {
  browser = await launch(browserPath);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

async function opened(name: string, evidence: Evidence, troubles: readonly string[] = []) {
  const html = await renderWithScript(evidence, troubles);
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  return { html, ...(await open(browser, file)) };
}

function baselineOf(evidence: Evidence): NonNullable<Evidence['baseline']> {
  return {
    path: 'last-green/result.json',
    newOnly: true,
    result: JSON.parse(JSON.stringify(judge(evidence))),
  };
}

describe('hostile names, paths and log lines', () => {
  const run = 'window.owned = true';
  const attacks = [
    `</script><script>${run}</script>`,
    `<img src=x onerror="${run}">`,
    `"><svg onload="${run}">`,
    `<!--<script>`,
    `javascript:${run}`,
    `\u2028\u2029</textarea></pre></style><style>*{display:none}</style>`,
    `\u202Eevil\u202C \x1b[31m\x07\0`,
    `\${${run}} {{constructor.constructor('${run}')()}}`,
    '`'.repeat(99),
    '__proto__',
  ];
  const all = attacks.join(' ');
  const attack = (index: number) => attacks[index % attacks.length] as string;

  /** The file is anybody's. */
  function hostileBaseline(): NonNullable<Evidence['baseline']> {
    const { result } = baselineOf(makeHang());
    return {
      path: all,
      newOnly: false,
      result: {
        ...result,
        reason: all,
        findings: attacks.map((text) => ({
          ruleId: text,
          level: 'error',
          message: text,
          fingerprint: text,
        })),
        probes: attacks.map((path) => ({ path, p50Ms: 1, maxMs: 2, missed: 0 })),
        leaks: attacks.map((noun) => ({ noun, perStream: 1 })),
      },
    };
  }

  function hostileEvidence(): Evidence {
    const frames = attacks.map((text, index) => frame(text, `/work/shop/${text}.py`, index));
    const threads = [
      loopThread(stack.onLoop(frames)),
      ...attacks.map((text) => poolWorker(text, frames.slice(3))),
    ];
    const hang = makeHang();
    return makeHang({
      gate: { version: all, platform: all, nodeVersion: all, startedAt: all },
      plan: { command: all, workingDirectory: all, streamMethod: all, streamPath: all, upstream: all },
      dumps: silenceDumps(threads, { source: all, files: attacks, error: all }),
      phases: hang.phases.map((phase, index) => ({
        ...phase,
        name: `${phase.name}${attack(index)}`,
        note: all,
      })),
      probeRoutes: attacks.map((path) => ({
        ...(hang.probeRoutes[0] as Evidence['probeRoutes'][number]),
        path,
      })),
      probes: hang.probes.map((probe, index) => ({ ...probe, path: attack(index) })),
      silences: attacks.map((path) => ({ path, startMs: 2_400, endMs: null, firstDumpMs: null })),
      waves: hang.waves.map((wave) => ({ ...wave, abort: all })),
      streams: hang.streams.map((stream) => ({ ...stream, error: all, contentType: all })),
      processes: [backendProcess({ commandLine: all, python: all })],
      backend: {
        lastLogLines: attacks,
        logLines: attacks.map((text, index) => ({ atMs: index * 100, text })),
        lastReadinessError: all,
      },
      sources: attacks.map((text, index) => ({
        file: `/work/shop/${text}.py`,
        firstLine: index,
        lines: attacks,
      })),
      stackSources: [{ name: all, usable: true, detail: all }],
      taskGraphs: [taskGraph({ error: all })],
      syncRoute: { path: all, detail: all },
      gateErrors: [],
      loops: hang.loops.map((loop) => ({
        ...loop,
        holds: [{ startMs: 2_000, durationMs: 900, kind: 'traced', by: all }],
      })),
      baseline: hostileBaseline(),
    });
  }

  test('are text on the page: nothing runs, nothing is loaded, nothing is complained about', async () => {
    const { html, page, complaints, requests } = await opened(
      'hostile',
      { ...hostileEvidence(), earlier: hostileEvidence() },
      attacks,
    );
    // What the parser saw: one style, the data and one script, and no element that the page's script has not made.
    expect(html.match(/<script/gi)).toHaveLength(2);
    expect(html.match(/<\/script/gi)).toHaveLength(2);
    await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
    await page.locator('.dump-list button').first().click();
    await page.selectOption('#compare', '2');
    await page.locator('.chart').hover({ position: { x: 400, y: 120 } });
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(
      await page.locator('img, iframe, object, embed, form, base, textarea, style ~ style').count(),
    ).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    const hrefs = await page
      .locator('a[href]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(hrefs.filter((href) => !/^(#|https:\/\/github\.com\/octo\/)/.test(href ?? ''))).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(await page.evaluate('document.body.textContent.includes(String.fromCharCode(0x202e))')).toBe(
      false,
    );
    await page.close();
  });

  test('would be kept out by the policy of the page as well', async () => {
    const { page, complaints } = await opened('policy', makeEvidence());
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = '${run}';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="https://example.invalid/x"><i onclick="${run}">x</i>');
      document.querySelector('i').click();
    }`);
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(complaints.filter((text) => text.includes('policy: script-src')).length).toBeGreaterThan(0);
    expect(complaints.filter((text) => text.includes('policy: img-src')).length).toBeGreaterThan(0);
    await page.close();
  });
});

describe('a second attempt beside a baseline, in a report that lacks something', () => {
  const held = makeHang().loops.map((loop) => ({
    ...loop,
    holds: [{ startMs: 1_400, durationMs: 900, kind: 'frozen' as const, by: null }],
  }));
  const evidence = {
    ...makeHang({
      dumps: silenceDumps([loopThread(stack.blockedInSleep())]),
      baseline: baselineOf(makeEvidence()),
      loops: held,
    }),
    earlier: makeHang({ dumps: [] }),
  };

  test('says so before the answer, and shows the two runs side by side', async () => {
    const { page, complaints } = await opened('second', evidence, [
      'backend.log could not be written: ENOSPC',
    ]);
    expect(await page.locator('.verdict .notice').allTextContents()).toEqual([
      expect.stringContaining(
        'attempt 2 of 2, on a fresh boot. The first ended as fail, service-unresponsive',
      ),
      expect.stringContaining('The report is not complete: backend.log could not be written: ENOSPC.'),
    ]);
    await page.getByRole('link', { name: 'Beside the baseline' }).click();
    const section = page.getByRole('region', { name: 'Beside the baseline' });
    expect(await section.locator('.changes .new').count()).toBe(1);
    const latency = section.getByRole('table', { name: 'Latency of the probes, before and now' });
    expect(await latency.locator('tbody tr').first().locator('> *').allTextContents()).toEqual(
      '/ | 3 ms | 3 ms | 3 ms | 5.1 s | 0 | 1'.split(' | '),
    );
    expect(
      await page
        .getByRole('table', { name: /^Attempts/ })
        .locator('tbody tr')
        .count(),
    ).toBe(2);
    await page.getByRole('button', { name: 'Show the whole run' }).click();
    expect(await page.locator('.chart g:has(> .state.held) title').textContent()).toContain(
      'it was frozen with its control group',
    );
    await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('and nothing of it where there was none', async () => {
    const { page } = await opened('alone', makeHang());
    expect(await page.locator('.notice, #baseline').count()).toBe(0);
    await page.close();
  });
});

describe('the page of 2,000 streams in 10 minutes', () => {
  test('is rendered in little time and memory', () => {
    const program = join(import.meta.dirname, '../support/html/measure-rendering.ts');
    const measured: Measured = JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' }));
    // The bench has the budget of 2 s; here a busy machine has its say.
    expect(measured.ms).toBeLessThan(8_000);
    expect(measured.peakMb).toBeLessThan(300);
    expect(measured.kb).toBeLessThan(600);
  });

  test('is drawn, says what it sums up, and can be used', async () => {
    const { html, page, complaints } = await opened('big', bigEvidence());
    expect(html.length).toBeLessThan(600 * 1024);
    expect(await page.locator('.chart *').count()).toBeLessThan(5_000);
    expect(await page.locator('.lane-hint').first().textContent()).toBe(`up to ${bigRun.clients} at once`);
    const about = (await page.locator('#about').textContent()) ?? '';
    expect(about).toContain('2001 streams, up to 50 at once, are drawn as their number over time.');
    expect(about).toMatch(/\d{4,5} probes far from what went wrong are drawn together/);
    await page.getByRole('button', { name: 'Show the whole run' }).click();
    expect(await page.locator('.chart').getAttribute('aria-label')).toMatch(/from 0\.00 s to 10:00/);
    await page.locator('.chart [data-dump]').last().click();
    expect(await page.locator('article.dump').textContent()).toMatch(/thread/);
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('a page with little to show', () => {
  test.each<[string, Evidence]>([
    [
      'a backend that never booted',
      makeEvidence({
        phases: [],
        waves: [],
        streams: [],
        probes: [],
        probeRoutes: [],
        dumps: [],
        loops: [],
        processes: [],
        resources: [],
        durationMs: 40,
        probingEndedMs: null,
        backend: { pid: null, startedMs: null, readyMs: null, lastLogLines: [] },
        gateErrors: [{ code: 'port-in-use', message: 'the port is taken' }],
      }),
    ],
    ['a run without any stack', makeHang({ dumps: [failedDump(), failedDump({ startMs: 3_900 })] })],
    [
      'dumps alone',
      makeEvidence({
        plan: { waves: 0, clients: 0 },
        phases: [],
        waves: [],
        streams: [],
        probes: [],
        loops: [],
        dumps: silenceDumps([loopThread(stack.blockedInSleep())], { pid: backendPid }),
      }),
    ],
    ['an evidence of an older version', JSON.parse(JSON.stringify(makeEvidence()))],
  ])('of %s is drawn all the same', async (name, evidence) => {
    const { page, complaints } = await opened(name, evidence);
    expect(await page.locator('#sentence').textContent()).not.toBe('');
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
