/** Runs the built command the way a user does: from a folder of its own, in a workspace of its own, on a real backend. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import type { Evidence } from '../../../src/evidence/schema.ts';
import type { Result } from '../../../src/verdict/result.ts';
import { accepts } from './accepts.ts';
import { end, holding } from './processes.ts';
import { requiredPython } from './python.ts';

export const repository = join(import.meta.dirname, '..', '..', '..');
export const python = requiredPython();

/** For everything but the defaults themselves. */
export const short: readonly string[] = [
  ['--deadline', '2s'],
  ['--dump-after', '500ms'],
  ['--hold', '300ms'],
  ['--settle', '300ms'],
  ['--waves', '2'],
].flat();

/** How long a killed process may take to disappear. */
const disappearMs = 3_000;

const apps = join(repository, '__tests__', 'fixtures', 'apps');
const root = mkdtempSync(join(tmpdir(), 'hang gate cli '));
const tool = copyDist();
afterAll(() => {
  // Of tests that failed before they looked for it.
  for (const { pid } of holding({ environment: `TMPDIR=${root}`, path: root })) end(pid);
  rmSync(root, { recursive: true, force: true });
});

export interface CliOptions {
  /** Everything after `hang-gate`; `command` is put behind it. */
  readonly args: readonly string[];
  /** Words after `--`. */
  readonly command?: readonly string[];
  /** Changes to the environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it runs; a new workspace when absent. */
  readonly workspace?: string;
  /** Its `TMPDIR`; a new one when absent. */
  readonly temporary?: string;
  /** The Node that runs it. */
  readonly node?: string;
  /** A command that takes longer than this is broken, whatever it says. */
  readonly longestRunMs?: number;
}

export interface CliRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** `undefined` when none was written. */
  readonly result: Result | undefined;
  readonly evidence: Evidence | undefined;
  readonly reportDir: string;
  readonly workspace: string;
  /** `TMPDIR` of this run alone, so that whatever inherited it can be found. */
  readonly temporary: string;
  readonly wallMs: number;
}

export interface RunningCli {
  readonly pid: number;
  readonly workspace: string;
  readonly temporary: string;
  readonly reportDir: string;
  readonly stdout: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when `condition` holds; fails when the command ends before. */
  readonly until: (condition: () => boolean) => Promise<void>;
  readonly ended: Promise<CliRun>;
}

/** A folder to run in, with every fixture in it: so a process that holds its path belongs to that run. */
export function newWorkspace(): string {
  const workspace = join(mkdtempSync(join(root, 'run ')), 'work space');
  mkdirSync(workspace);
  cpSync(apps, workspace, { recursive: true, filter: (path) => basename(path) !== '__pycache__' });
  return workspace;
}

/** The words that boot a fixture of a workspace. */
export function app(workspace: string, name: string): string[] {
  return [python, join(workspace, `${name}.py`), '{port}'];
}

/** The line of a fixture that is marked as the culprit. */
export function culpritLine(file: string): number {
  const at = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes('# culprit'));
  if (at < 0) throw new Error(`${file} marks no line as # culprit`);
  return at + 1;
}

/** `run` over one fixture. */
export function runApp(name: string, args: readonly string[], env: CliOptions['env'] = {}): Promise<CliRun> {
  return startApp(name, args, env).ended;
}

export function startApp(name: string, args: readonly string[], env: CliOptions['env'] = {}): RunningCli {
  const workspace = newWorkspace();
  return startCli({ args: ['run', ...args], command: app(workspace, name), env, workspace });
}

export function runCli(options: CliOptions): Promise<CliRun> {
  return startCli(options).ended;
}

export function startCli(options: CliOptions): RunningCli {
  const { args, command, env, node, workspace = newWorkspace(), longestRunMs = 45_000 } = options;
  const temporary = options.temporary ?? mkdtempSync(join(root, 'tmp '));
  const reportDir = join(workspace, 'hang-gate-report');
  const words = command ? [...args, '--', ...command] : args;
  const began = performance.now();
  const child = spawn(node ?? process.execPath, [join(tool, 'cli.cjs'), ...words], {
    cwd: workspace,
    env: environment(temporary, env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = exitOf(child, longestRunMs).then(({ exitCode, signal }) => ({
    ...output,
    exitCode,
    signal,
    result: readJson<Result>(join(reportDir, 'result.json')),
    evidence: readJson<Evidence>(join(reportDir, 'evidence.json')),
    reportDir,
    workspace,
    temporary,
    wallMs: performance.now() - began,
  }));
  ended.catch(() => {});
  return {
    pid: child.pid ?? 0,
    workspace,
    temporary,
    reportDir,
    stdout: () => output.stdout,
    kill: (signal) => void child.kill(signal),
    until: async (condition) => {
      while (!condition()) {
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`the command ended too soon:\n${output.stdout}${output.stderr}`);
        }
        await sleep(20);
      }
    },
    ended,
  };
}

/** No process, no socket and no temporary file of the run is there any more. What is found is ended all the same. */
export async function expectNothingLeft({ workspace, temporary, evidence }: CliRun): Promise<void> {
  const signs = { environment: `TMPDIR=${temporary}`, path: workspace };
  const deadline = performance.now() + disappearMs;
  while (holding(signs).length > 0 && performance.now() < deadline) await sleep(50);
  const left = holding(signs);
  for (const { pid } of left) end(pid);
  expect(left).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
  if (evidence) expect(await accepts(Number(new URL(evidence.plan.origin).port))).toBe(false);
}

function copyDist(): string {
  const dist = join(repository, 'dist');
  if (!existsSync(join(dist, 'cli.cjs'))) throw new Error('dist/cli.cjs is missing: run "npm run build".');
  const folder = join(root, 'the tool');
  cpSync(dist, folder, { recursive: true, filter: (path) => path === dist || path.endsWith('.cjs') });
  return folder;
}

function environment(temporary: string, changes: NonNullable<CliOptions['env']>): NodeJS.ProcessEnv {
  // What Jest and a surrounding job put there is not a user's.
  const { FORCE_COLOR: _color, NODE_OPTIONS: _options, VIRTUAL_ENV: _venv, ...own } = process.env;
  const entries = Object.entries({ ...own, TMPDIR: temporary, PYTHONDONTWRITEBYTECODE: '1', ...changes });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

async function exitOf(
  child: ChildProcess,
  longestRunMs: number,
): Promise<Pick<CliRun, 'exitCode' | 'signal'>> {
  const timer = setTimeout(() => child.kill('SIGKILL'), longestRunMs);
  const closed = once(child, 'close');
  // Not `close` alone: whoever was left behind may hold the pipes.
  await once(child, 'exit');
  clearTimeout(timer);
  await Promise.race([closed, sleep(1_000, undefined, { ref: false })]);
  return { exitCode: child.exitCode, signal: child.signalCode };
}

function readJson<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}
