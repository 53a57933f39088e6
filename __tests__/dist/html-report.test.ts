/** `report.html` of real runs in a real browser: what it says, that it can be used, and that everybody can read it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { type CliRun, python, runCli, short } from '../support/cli/run-cli.ts';
import { example, exampleCulprit } from '../support/cli/servers.ts';
import {
  launch,
  type OpenedPage,
  open,
  requiredChromium,
  seriousViolations,
} from '../support/html/browser.ts';

const browserPath = requiredChromium();

type Name = 'red' | 'green' | 'inconclusive' | 'two workers';
const runs = new Map<Name, CliRun>();
let browser: Browser;

beforeAll(async () => {
  browser = await launch(browserPath);
  // Two at a time: each has a backend to boot, and times to keep.
  await Promise.all([gate('red', 'blocking'), gate('green', 'fixed')]);
  await Promise.all([
    gate('inconclusive', 'fixed', ['--stream', '/nowhere']),
    gate('two workers', 'blocking', ['--clients', '1'], ['--workers', '2']),
  ]);
}, 120_000);

afterAll(() => browser.close());

async function gate(
  name: Name,
  stream: 'blocking' | 'fixed',
  flags: readonly string[] = [],
  words: readonly string[] = [],
): Promise<void> {
  const run = await runCli({
    args: ['run', ...short, '--working-directory', example, '--env', `NEWS_STREAM=${stream}`, ...flags],
    command: [python, '-m', 'uvicorn', 'app.main:app', '--port', '{port}', ...words],
  });
  runs.set(name, run);
}

function runOf(name: Name): CliRun {
  const run = runs.get(name);
  if (!run) throw new Error(`there is no run ${name}`);
  return run;
}

const fileOf = (name: Name) => join(runOf(name).reportDir, 'report.html');
const openRun = (name: Name, options = {}) => open(browser, fileOf(name), options);

// biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not said.
const shown = (locator: Locator) => locator.innerText();
const textOf = (page: Page, selector: string) => shown(page.locator(selector).first());

const everyRun = describe.each<[Name, string, string]>([
  ['red', 'fail', 'loop-blocked'],
  ['green', 'pass', 'healthy'],
  ['inconclusive', 'inconclusive', 'not-exercised'],
  ['two workers', 'fail', 'loop-blocked'],
]);

everyRun('the page of the run "%s"', (name, verdict, reason) => {
  let opened: OpenedPage;
  beforeAll(async () => {
    opened = await openRun(name);
  });
  afterAll(() => opened.page.close());

  test(`says ${verdict}, ${reason}, and asks nobody for anything`, async () => {
    const { page, requests } = opened;
    expect(await page.title()).toBe(`hang-gate: ${verdict}, ${reason}`);
    expect(await textOf(page, '.outcome')).toMatch(new RegExp(`${verdict}\\s+${reason}`, 'i'));
    const said = await textOf(page, '#sentence');
    expect(said.length).toBeGreaterThan(20);
    expect(runOf(name).result?.message.replaceAll('`', '')).toContain(said);
    expect(requests).toEqual([pathToFileURL(fileOf(name)).href]);
    expect(statSync(fileOf(name)).size).toBeLessThan(600 * 1024);
  });

  test('gives its answer on the first screen', async () => {
    const { page } = opened;
    const telling = [
      '#sentence',
      '.overview-chart',
      ...(verdict === 'fail' ? ['.culprit mark', '.fix'] : []),
    ];
    for (const selector of telling) {
      const box = await page.locator(selector).first().boundingBox();
      expect([selector, (box?.y ?? 9_999) + (box?.height ?? 0) <= 800]).toEqual([selector, true]);
    }
  });

  test('fits a narrow screen and a wide one', async () => {
    const { page } = opened;
    for (const width of [360, 768, 1_920, 1_280]) {
      await page.setViewportSize({ width, height: 800 });
      await page
        .locator(
          `.chart[width="${await page.locator('.chart-holder').evaluate((each) => each.clientWidth)}"]`,
        )
        .waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  });

  test('can be read by everybody, in the light and in the dark', async () => {
    const { page } = opened;
    await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page)).toEqual([]);
    }
  });

  test('has nothing to complain about', () => expect(opened.complaints).toEqual([]));
});

describe('the page of a red run', () => {
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    ({ page, complaints } = await openRun('red'));
  });
  afterAll(() => page.close());

  test('shows the line, for whom it waits, and the fix', async () => {
    const { line } = exampleCulprit();
    expect(await textOf(page, '.culprit .where')).toContain(`stream.py:${line}`);
    expect(await textOf(page, '.culprit mark')).toContain('with ThreadPoolExecutor');
    expect(await textOf(page, '.partner mark')).toContain('requests.get');
    expect(await textOf(page, '.fix')).toContain('executor.shutdown(wait=False');
  });

  test('draws the phases, the streams, the probes, the silence and a loop that is blocked', async () => {
    for (const selector of [
      '.phase',
      '.stream.sending',
      '.end.ours',
      '.probe.answered',
      '.probe.missed',
      '.silence',
      '.state.free',
      '.state.blocked',
    ])
      expect([selector, await page.locator(`.chart ${selector}`).count()]).not.toEqual([selector, 0]);
    expect(await page.locator('.chart .silence-name').innerHTML()).toMatch(/^silent for \d+\.\d s$/);
    await page.locator('.legend summary').click();
    expect(await textOf(page, '.legend')).toContain('stream left by TCP reset');
  });

  test('says the same in tables', async () => {
    await page.locator('.as-tables > summary').click();
    const tables = await textOf(page, '.as-tables');
    for (const caption of ['Phases', 'Waves of streams', 'Streams', 'Silences', 'Event loops', 'Dumps'])
      expect(tables).toContain(caption);
    expect(tables).toMatch(/blocked for \d+\.\d s: it slept, and not at its selector/);
  });

  test('leads from a dump on the timeline to its threads, the loop first, and to whom it waits for', async () => {
    await page.locator('.chart [data-dump]').last().click();
    const dump = page.locator('article.dump');
    expect(await shown(dump.locator('.thread h4').first())).toMatch(/^Event loop: MainThread/);
    await dump.locator('.thread.loop a.wait').click();
    const target = page.locator('.thread.waited-on:target');
    expect(await shown(target)).toMatch(/threads? at one place, in fetch_feed/);
    await target.locator('a.wait').click();
    expect(await page.locator('.thread.loop:target').count()).toBe(1);
  });

  test('folds the frames of libraries, and names what they wait in', async () => {
    const folded = page.locator('.thread.loop .library details').first();
    expect(await folded.getAttribute('open')).toBeNull();
    expect(await shown(folded.locator('summary'))).toMatch(/\d library frames: .*shutdown ← __exit__/);
    await folded.locator('summary').click();
    expect(await shown(folded.locator('ol'))).toContain('concurrent/futures/thread.py');
  });

  test('goes through the dumps by key, one of them in the order of the tab key', async () => {
    const marks = page.locator('.chart [data-dump]');
    await marks.first().focus();
    await page.keyboard.press('End');
    expect(await page.locator('.chart [data-dump]:focus').getAttribute('data-dump')).toBe(
      await marks.last().getAttribute('data-dump'),
    );
    await page.keyboard.press('ArrowLeft');
    const chosen = page.locator('.chart [aria-pressed="true"]');
    expect(await chosen.getAttribute('tabindex')).toBe('0');
    expect(await page.locator('.chart [data-dump][tabindex="0"]').count()).toBe(1);
    expect(await textOf(page, 'article.dump h3')).toBe(
      `Dump ${Number(await chosen.getAttribute('data-dump')) + 1}: ${(await chosen.getAttribute('aria-label'))?.match(/pid \d+ at [\d.]+ s/)?.[0]}`,
    );
  });

  test('shows two dumps side by side, and what moved between them', async () => {
    const dumps = runOf('red').evidence?.dumps ?? [];
    const [first, last] = [dumps.findIndex(({ trigger }) => trigger === 'silence'), dumps.length - 1];
    expect(last).toBeGreaterThan(first);
    await page.locator('.dump-list button').nth(last).click();
    await page.selectOption('#compare', String(first));
    expect(await page.locator('article.dump').count()).toBe(2);
    expect(await textOf(page, '.compared')).toMatch(/\d\d threads in both: \d+ at the same place, \d+ moved/);
    expect(await page.locator('.thread.loop .tag.same').count()).toBe(2);
    // The undisturbed backend: its loop was free then.
    await page.selectOption('#compare', '0');
    expect(await textOf(page, '.thread.loop .tag.moved')).toMatch(/1 thread moved/);
    await page.selectOption('#compare', '');
    expect(await page.locator('article.dump').count()).toBe(1);
  });

  test('shows the log in time, and follows the reader in it', async () => {
    const lines = runOf('red').evidence?.backend.logLines ?? [];
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.every(({ atMs }, index) => atMs >= (lines[index - 1]?.atMs ?? 0))).toBe(true);
    const log = await textOf(page, '.log');
    expect(log).toContain('Application startup complete');
    expect(log).toMatch(/fall silent[\s\S]*dump \d of pid/);
    await page.locator('.chart').hover({ position: { x: 500, y: 100 } });
    expect(await textOf(page, '.readout')).toMatch(/^[\d.]+ s · wave 1/);
    expect(await page.locator('.log .near').count()).toBe(1);
  });

  test('shows a part of the run, by button and by dragging', async () => {
    const from = () => page.locator('.chart').getAttribute('aria-label');
    await page.getByRole('button', { name: 'Show the whole run' }).click();
    expect(await from()).toMatch(/from 0\.00 s to /);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    const zoomed = await from();
    expect(zoomed).not.toMatch(/from 0\.00 s/);
    const box = await page.locator('.chart').boundingBox();
    if (!box) throw new Error('the chart has no place');
    await page.mouse.move(box.x + 300, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 420, box.y + 60, { steps: 4 });
    await page.mouse.up();
    expect(await from()).not.toBe(zoomed);
    await page.getByRole('button', { name: 'Show the whole run' }).click();
  });

  test('gives the numbers behind the verdict and the commands that repeat it', async () => {
    const numbers = await textOf(page, '#numbers');
    expect(numbers).toMatch(/wave 1\s+\/health\s+\d+/);
    expect(numbers).toMatch(/pid \d+\s+\d+ of \d+ samples\s+\d+\.\d s\s+0 %/);
    expect(numbers).toContain('A probe has missed its deadline');
    const commands = await page.locator('.command pre').allInnerTexts();
    expect(commands.join('\n')).toMatch(/hang-gate run [\s\S]*--hold 300ms[\s\S]*-m uvicorn app\.main:app/);
    expect(commands.join('\n')).toMatch(
      /curl -sN -m 0\.3 -o \/dev\/null http:\/\/127\.0\.0\.1:\d+\/news\/stream/,
    );
    expect(commands.join('\n')).toMatch(/py-spy dump --pid "\$pid"/);
  });

  test('can be reached without a mouse, and changes its theme', async () => {
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('verdict');
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.locator('.theme').click();
    expect(await ground()).toBe(light);
    await page.locator('.theme').click();
    expect(await ground()).not.toBe(light);
    expect(await textOf(page, '.theme')).toBe('Theme: dark');
  });

  test('prints with everything unfolded and in the light', async () => {
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('details:not([open])').count()).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
    await page.emulateMedia({ media: null });
  });

  test('has nothing to complain about in all that', () => expect(complaints).toEqual([]));
});

test('the page of a green run shows the proof', async () => {
  const { page } = await openRun('green');
  const proof = await textOf(page, '.card.proof');
  expect(proof).toMatch(/pid \d+: free, its loop waits for events/);
  expect(proof).toMatch(/It stands in select \(selectors\.py\) ← _run_once \(asyncio\/base_events\.py\)/);
  expect(proof).toMatch(/wave 2: 5 streams closed by the client, everything answered/);
  await page.locator('.card.proof button').click();
  expect(await textOf(page, '.dump-facts')).toMatch(/taken as proof .* event loop free/);
  await page.close();
});

test('the page of a run with two workers has a lane for each, and one stood', async () => {
  const { page } = await openRun('two workers');
  const names = await page.locator('.chart .lane-name').allTextContents();
  expect(names.filter((name) => /^worker \d+/.test(name))).toHaveLength(2);
  expect(await page.locator('.chart .state.blocked').count()).toBeGreaterThan(0);
  await page.close();
});
