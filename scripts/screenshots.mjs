/**
 * `npm run screenshots`: the pictures of `report.html` in `docs/`, of real runs over the example backend. They are looked at
 * before they are committed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ensureToolchain } from './lib/bootstrap.mjs';
import { prepareChromium } from './lib/chromium.mjs';
import { main } from './lib/main.mjs';
import { preparePython } from './lib/python-env.mjs';
import { root } from './lib/root.mjs';

const example = path.join(root, 'examples', 'news-backend');
const log = (line) => process.stderr.write(`${line}\n`);

const pictures = [
  { name: 'report-red', run: 'blocking', height: 706 },
  { name: 'report-red-dark', run: 'blocking', colorScheme: 'dark', at: '#timeline', height: 640 },
  { name: 'report-stacks', run: 'blocking', at: '#dumps', height: 800, compareWith: 1 },
  { name: 'report-green', run: 'fixed', height: 562 },
];

await main(async () => {
  await ensureToolchain({ log });
  const { python } = await preparePython({
    requirementsPath: path.join(example, 'requirements.txt'),
    cacheDir: path.join(root, '.cache'),
    log,
  });
  const { launch } = await import('../__tests__/support/html/browser.ts');
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'hang-gate-screenshots-'));
  const browser = await launch(await prepareChromium({ log }));
  try {
    for (const stream of new Set(pictures.map(({ run }) => run))) gate(stream, python, scratch);
    for (const picture of pictures) await take(picture, browser, scratch);
  } finally {
    await browser.close();
    rmSync(scratch, { recursive: true, force: true });
  }
});

/** The folder of the run is its name, which is what the page shows of it. */
function gate(stream, python, scratch) {
  log(`Running the gate over the ${stream} stream …`);
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      path.join(root, 'dist', 'cli.cjs'),
      'run',
      ...['--env', `NEWS_STREAM=${stream}`],
      ...['--report-dir', path.join(scratch, stream)],
      ...['--', python, '-m', 'uvicorn', 'app.main:app', '--port', '{port}'],
    ],
    { cwd: example, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  if (status !== 0 && status !== 1) throw new Error(`The gate ended with ${status}: ${stderr}`);
}

async function take(picture, browser, scratch) {
  const { name, run, colorScheme = 'light', at, height = 800, compareWith } = picture;
  const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme });
  await page.goto(pathToFileURL(path.join(scratch, run, 'report.html')).href);
  await page.locator('.chart').waitFor();
  if (compareWith !== undefined) await page.selectOption('#compare', String(compareWith));
  if (at) await page.locator(at).evaluate((section) => section.scrollIntoView({ behavior: 'instant' }));
  const file = path.join(root, 'docs', `${name}.png`);
  await page.screenshot({ path: file });
  log(`docs/${name}.png ${(statSync(file).size / 1024).toFixed(0)} KB`);
  await page.close();
}
