/** One case of the corpus, through the built command, in a workspace of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from '../../../src/verdict/result.ts';
import { end, holding } from '../cli/processes.ts';
import type { CorpusCase, Expectation } from './case.ts';
import { services } from './services/index.ts';
import type { Service } from './services/service.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const cli = join(repository, 'dist', 'cli.cjs');

/** What every case runs with, unless its own settings say otherwise: those come later and win. */
export const shortSettings = {
  deadline: '2s',
  'dump-after': '500ms',
  hold: '300ms',
  settle: '300ms',
  waves: '2',
  'boot-timeout': '30s',
} as const;

/** Far more than any case needs: who is still at it is broken. */
const longestRunMs = 90_000;
/** For the command to end in order once it is told to. */
const graceMs = 5_000;
/** How long a killed process may take to disappear. */
const disappearMs = 1_500;

export interface Outcome {
  readonly case: CorpusCase;
  readonly got: Expectation;
  /** The culprit as the gate names it; `null` when it names none. */
  readonly culprit: string | null;
  readonly message: string;
  /** From the beginning of the first silence to its first dump; `null` when none was taken. */
  readonly firstDumpMs: number | null;
  readonly wallMs: number;
  /** Where it differs from what the case states, and what was left behind; empty when right. */
  readonly wrong: readonly string[];
}

export interface RunOptions {
  readonly python: string;
  readonly signal?: AbortSignal;
}

/** Runs a case; resolves when nothing of it is there any more. */
export async function runCase(corpusCase: CorpusCase, { python, signal }: RunOptions): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'hang-gate-corpus-'));
  // PostgreSQL, which does not run as root, has to get through.
  chmodSync(folder, 0o711);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const started: Service[] = [];
  for (const need of corpusCase.needs) {
    const own = join(folder, need);
    mkdirSync(own);
    started.push(stack.use(await services[need]({ python, folder: own })));
  }
  return await gate(corpusCase, { python, folder, started, ...(signal && { signal }) });
}

interface GateOptions extends RunOptions {
  readonly folder: string;
  readonly started: readonly Service[];
}

async function gate(corpusCase: CorpusCase, options: GateOptions): Promise<Outcome> {
  const { folder, python, signal } = options;
  const workspace = join(folder, 'workspace');
  const temporary = join(folder, 'tmp');
  for (const name of [workspace, temporary]) mkdirSync(name);
  const app = join(workspace, basename(corpusCase.file));
  copyFileSync(corpusCase.file, app);

  const command = corpusCase.server.map((word) => word.replace('{python}', python).replace('{app}', app));
  const began = performance.now();
  // A group of its own: it is told once to end, by us, and not by the terminal as well.
  const child = spawn(process.execPath, [cli, 'run', ...flags(corpusCase, options), '--', ...command], {
    cwd: workspace,
    env: environment(temporary),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2_000);
  });
  const exitCode = await exitOf(child, signal);
  const wallMs = performance.now() - began;
  const left = await endWhatIsLeft({ environment: `TMPDIR=${temporary}`, path: workspace });

  const file = join(workspace, 'hang-gate-report', 'result.json');
  const result = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result) : undefined;
  const got = result ? said(result) : nothingSaid(exitCode, errors);
  return {
    case: corpusCase,
    got,
    culprit: result?.culprit ? `${result.culprit.file}:${result.culprit.line}` : null,
    message: result?.message ?? errors.trim(),
    firstDumpMs: firstDumpMs(result),
    wallMs,
    wrong: [...differences(corpusCase, got, result), ...left.map((line) => `left behind: ${line}`)],
  };
}

function flags({ settings }: CorpusCase, { started }: GateOptions): string[] {
  const short = Object.entries(shortSettings).flatMap(([name, value]) =>
    settings.includes(`--${name}`) ? [] : [`--${name}`, value],
  );
  const variables = started.flatMap((service) =>
    Object.entries(service.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  );
  return [...short, ...variables, ...started.flatMap((service) => service.settings ?? []), ...settings];
}

function environment(temporary: string): NodeJS.ProcessEnv {
  // What Jest and a surrounding job put there is not a user's.
  const { FORCE_COLOR: _color, NODE_OPTIONS: _options, VIRTUAL_ENV: _venv, ...own } = process.env;
  return { ...own, TMPDIR: temporary, PYTHONDONTWRITEBYTECODE: '1' };
}

async function exitOf(child: ChildProcess, signal: AbortSignal | undefined): Promise<number | null> {
  const exited = once(child, 'exit');
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killer ??= setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  const timer = setTimeout(stop, longestRunMs);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  await exited.finally(() => {
    clearTimeout(timer);
    clearTimeout(killer);
    signal?.removeEventListener('abort', stop);
  });
  return child.exitCode;
}

async function endWhatIsLeft(signs: Parameters<typeof holding>[0]): Promise<string[]> {
  const deadline = performance.now() + disappearMs;
  while (holding(signs).length > 0 && performance.now() < deadline) await sleep(50);
  const left = holding(signs);
  for (const { pid } of left) end(pid);
  return left.map(({ pid, command }) => `pid ${pid} (${command})`);
}

function said({ verdict, reason, findings, culprit }: Result): Expectation {
  const decisive = findings.find(({ level }) => level === 'error');
  return { verdict, reason, rule: decisive?.ruleId ?? null, culpritLine: culprit?.line ?? null };
}

function nothingSaid(exitCode: number | null, errors: string): Expectation {
  const reason = errors.trim() === '' ? `exit code ${exitCode}, no result` : 'no result';
  return { verdict: 'none', reason, rule: null, culpritLine: null };
}

function differences({ name, expected }: CorpusCase, got: Expectation, result: Result | undefined): string[] {
  const wrong = (['verdict', 'reason', 'rule', 'culpritLine'] as const)
    .filter((key) => expected[key] !== got[key])
    .map((key) => `${key === 'culpritLine' ? 'culprit line' : key} ${got[key]} instead of ${expected[key]}`);
  const file = result?.culprit?.file;
  if (file !== undefined && file !== `${name}.py`) wrong.push(`culprit in ${file}`);
  return wrong;
}

function firstDumpMs(result: Result | undefined): number | null {
  const times = (result?.stalls ?? []).flatMap(({ startMs, firstDumpMs: at }) =>
    at === null ? [] : [at - startMs],
  );
  return times.length > 0 ? Math.min(...times) : null;
}
