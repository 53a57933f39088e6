/** The browser that the tests and the pictures of `report.html` need: a Chromium, or what is built on it. */
import { existsSync } from 'node:fs';
import process from 'node:process';
import { run } from './run.mjs';

const CANDIDATES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const VERSION_TIMEOUT_MS = 30_000;
const INSTALL_TIMEOUT_MS = 10 * 60_000;

/**
 * Finds one by running each candidate; installs Debian's where that can be done without asking.
 *
 * CHROME_PATH is a decision, not a hint: when it is set and does not work, that is an error.
 *
 * @param {{ log: (line: string) => void }} options gets a line before anything is installed
 * @returns {Promise<string>} its path, or its name on the PATH
 */
export async function prepareChromium({ log }) {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    if (await works(chosen)) return chosen;
    throw new Error(`CHROME_PATH is ${chosen}, which does not run: set it to a Chromium or Chrome.`);
  }
  const found = await firstThatWorks();
  if (found) return found;
  if (canInstall()) {
    log('Installing the package chromium with apt-get …');
    await install();
    const installed = await firstThatWorks();
    if (installed) return installed;
  }
  throw new Error(
    'No Chromium or Chrome was found: install one (on Debian: apt-get install chromium) or set CHROME_PATH to its path.',
  );
}

async function firstThatWorks() {
  for (const candidate of CANDIDATES) if (await works(candidate)) return await pathOf(candidate);
  return undefined;
}

async function works(candidate) {
  const { code, stdout } = await run(candidate, ['--version'], VERSION_TIMEOUT_MS);
  return code === 0 && /\b(Chromium|Chrome)\b/.test(stdout);
}

/** Whoever starts it may not look at the PATH. */
async function pathOf(candidate) {
  if (candidate.includes('/')) return candidate;
  const { stdout } = await run('/bin/sh', ['-c', `command -v ${candidate}`]);
  return stdout.trim() || candidate;
}

function canInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

async function install() {
  const command =
    'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium';
  const { code, stderr } = await run('/bin/sh', ['-c', command], INSTALL_TIMEOUT_MS);
  if (code !== 0) throw new Error(`apt-get could not install chromium: ${stderr.trim().split('\n').at(-1)}`);
}
