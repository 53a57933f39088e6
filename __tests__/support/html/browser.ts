/** `report.html` in a real browser. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** It runs as root, in containers, and talks to nobody. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser that `npm test` finds. Without one nothing was tested, which must not look green. */
export function requiredChromium(): string {
  const variable = 'HANG_GATE_TEST_CHROMIUM';
  const path = process.env[variable];
  if (path !== undefined && existsSync(path)) return path;
  const got = path === undefined ? 'is not set' : `names ${path}, which is not there`;
  throw new Error(`${variable} ${got}: run "npm test", or set it to the path of a Chromium.`);
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags });
}

export interface OpenedPage {
  readonly page: Page;
  /** What it complained about: console, errors, dialogs, and what its policy kept it from. */
  readonly complaints: readonly string[];
  /** Addresses that it asked for, itself included. */
  readonly requests: readonly string[];
}

const hearPolicy = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  console.error('policy: ' + violatedDirective + ' kept out ' + blockedURI);
})`;

/** Opens a page the way a reader does, from a file, and hears everything that it says. */
export async function open(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 }, ...options });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.addInitScript(hearPolicy);
  await page.goto(pathToFileURL(file).href);
  await page.locator('.chart').waitFor();
  return { page, complaints, requests };
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What keeps people from reading the page as it stands now. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    "axe.run({ resultTypes: ['violations'] })",
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`);
}
