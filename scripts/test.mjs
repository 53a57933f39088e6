import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ensureToolchain } from './lib/bootstrap.mjs';
import { main } from './lib/main.mjs';
import { root } from './lib/root.mjs';

const cacheDir = path.join(root, '.cache');
const exampleRequirements = 'examples/news-backend/requirements.txt';
const log = (line) => process.stderr.write(`${line}\n`);

await main(async () => {
  await ensureToolchain({ log });
  const nightly = process.argv.includes('--nightly');
  const python = await pythonWith(exampleRequirements);
  const serversPython = await pythonWith('__tests__/fixtures/servers/requirements.txt');
  const corpusPython = await pythonWith('__tests__/corpus/requirements.txt');
  const pythons = await everyPython({ fetchMissing: nightly });
  const { prepareChromium } = await import('./lib/chromium.mjs');
  const chromium = await prepareChromium({ log });

  const args = process.argv.slice(2).filter((arg) => arg !== '--nightly');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hang-gate-jest-'));
  try {
    const outputFile = path.join(folder, 'result.json');
    const exit = await jest([...args, '--json', `--outputFile=${outputFile}`], {
      HANG_GATE_TEST_PYTHON: python,
      HANG_GATE_TEST_SERVERS_PYTHON: serversPython,
      HANG_GATE_TEST_PYTHONS: JSON.stringify(pythons),
      HANG_GATE_TEST_CORPUS_PYTHON: corpusPython,
      HANG_GATE_TEST_CHROMIUM: chromium,
      ...(nightly && { HANG_GATE_NIGHTLY: '1' }),
    });
    return report({ exit, result: readResult(outputFile), filtered: args.some(isNameFilter) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function pythonWith(requirements, interpreter) {
  const { preparePython } = await import('./lib/python-env.mjs');
  const requirementsPath = path.join(root, requirements);
  const { python } = await preparePython({ requirementsPath, cacheDir, log, interpreter });
  return python;
}

/** The example's environment for each tested version of Python that is there: `{ '3.14': path }`. */
async function everyPython({ fetchMissing }) {
  const { findInterpreters } = await import('./lib/interpreters.mjs');
  const { fetchInterpreter } = await import('./lib/fetch-interpreter.mjs');
  const pythons = {};
  const missing = [];
  for (const { minor, interpreter } of await findInterpreters(cacheDir)) {
    const usable =
      interpreter ?? (fetchMissing ? await fetchInterpreter(minor, { cacheDir, log }) : undefined);
    if (usable) pythons[minor] = await pythonWith(exampleRequirements, usable);
    else missing.push(minor);
  }
  if (missing.length > 0) {
    log(
      `Not tested, because not found: Python ${missing.join(', ')}. "npm run interpreters" fetches what is missing.`,
    );
  }
  return pythons;
}

async function jest(args, env) {
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(import.meta.resolve('jest/bin/jest')),
      '--maxWorkers=2',
      ...args,
    ],
    // Jest writes the JSON to the file and its report to stderr.
    { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ? 128 + os.constants.signals[signal] : code));
  });
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

// Leaving tests out by name makes Jest count them as skipped.
function isNameFilter(arg) {
  return /^(-t|--testNamePattern)(=|$)/.test(arg);
}

function report({ exit, result, filtered }) {
  if (!result) throw new Error(`Jest ended with exit code ${exit} and left no result.`);
  const passed = result.numPassedTests;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const skipped = filtered ? [] : skippedTests(result);

  for (const name of skipped) log(`Skipped, which is not green: ${name}`);
  if (passed + failed === 0) log('No test was run, which is not green.');
  process.stdout.write(`${passed} passed, ${failed + skipped.length} failed\n`);
  return exit || (passed === 0 || failed > 0 || skipped.length > 0 ? 1 : 0);
}

function skippedTests({ testResults }) {
  return testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => `${path.relative(root, file.name)}: ${fullName}`),
  );
}
