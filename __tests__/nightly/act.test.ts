/** One workflow with the built Action in it, run by `act`: an engine that is not ours and shares nothing with the emulator. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyAction, repository } from '../support/runner/action-copy.ts';
import { machineEnvironment } from '../support/runner/environment.ts';
import { testPython } from '../support/runner/gate-step.ts';
import { processesWith } from '../support/runner/processes.ts';

const run = promisify(execFile);
const fixtures = join(repository, '__tests__', 'fixtures', 'workflows');
// Its shell steps cannot do with a space in their path.
const folder = mkdtempSync(join(tmpdir(), 'hang-gate-act-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const act = join(folder, 'tools', 'bin', 'act');

/** Where it cannot be had the test fails, and says what pip said. */
beforeAll(async () => {
  const options = [
    '--quiet',
    '--no-deps',
    '--require-hashes',
    '--only-binary=:all:',
    '--disable-pip-version-check',
  ];
  const where = ['--target', dirname(dirname(act)), '--requirement', join(fixtures, 'requirements.txt')];
  await run(testPython(), ['-m', 'pip', 'install', ...options, ...where]);
  expect(existsSync(act)).toBe(true);
});

test('act runs main and post, sees the step fail and pass, its outputs and its summary', async () => {
  const home = join(folder, 'home');
  const workspace = copyAction();
  const example = join('examples', 'news-backend');
  cpSync(join(repository, example), join(workspace, example), { recursive: true });
  mkdirSync(join(workspace, '.github', 'workflows'), { recursive: true });
  cpSync(join(fixtures, 'gate.yml'), join(workspace, '.github', 'workflows', 'gate.yml'));
  // It asks git for the revision.
  const git = (...args: readonly string[]) => run('git', ['-C', workspace, ...args]);
  await git('init', '--quiet');
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  await git(...author, 'commit', '--quiet', '--allow-empty', '--message', 'x');

  const flags = ['--action-offline-mode', '--no-cache-server', '--env-file', '/dev/null', '--json'];
  const running = run(act, ['pull_request', '--platform', 'ubuntu-24.04=-self-hosted', ...flags], {
    cwd: workspace,
    env: {
      ...machineEnvironment(),
      HOME: home,
      // It takes the first Node of PATH, whatever the action asks for.
      PATH: [dirname(process.execPath), dirname(testPython()), '/usr/bin', '/bin'].join(':'),
    },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 300_000,
  });
  // A job that fails tells why in the same place.
  const { stdout } = await running.catch((error: { stdout: string }) => error);
  const lines: ActLine[] = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

  if (!lines.some(({ jobResult }) => jobResult === 'success')) throw new Error(logOf(lines));
  const ends = lines.filter(({ step, stepResult }) => step === './' && stepResult);
  expect(ends.map(({ stage, stepID, stepResult }) => [stage, stepID?.[0], stepResult])).toEqual([
    ['Main', 'blocking', 'failure'],
    ['Main', 'fixed', 'success'],
    ['Post', 'fixed', 'success'],
    ['Post', 'blocking', 'success'],
  ]);
  const summaries = lines.filter(({ command }) => command === 'summary').map(({ content }) => content);
  expect(summaries).toEqual([
    expect.stringContaining('hang-gate: fail, loop-blocked'),
    expect.stringContaining('hang-gate: pass, healthy'),
  ]);
  expect(processesWith(home)).toEqual([]);
});

/** For people who look for what went wrong. */
function logOf(lines: readonly ActLine[]): string {
  const said = lines.filter(({ command }) => command !== 'summary');
  return said.map(({ msg }) => msg?.replace(/^.*\r/s, '').trimEnd()).join('\n');
}

/** A line of `act --json`, as far as it is read here. */
interface ActLine {
  readonly msg?: string;
  readonly step?: string;
  readonly stage?: string;
  readonly stepID?: readonly string[];
  readonly stepResult?: string;
  readonly jobResult?: string;
  readonly command?: string;
  readonly content?: string;
}
