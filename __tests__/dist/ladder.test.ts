/** Each way of taking stacks, reached by taking away the ones above it, on the example's blocking stream. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  app,
  type CliRun,
  expectNothingLeft,
  newWorkspace,
  python,
  repository,
  runCli,
  short,
} from '../support/cli/run-cli.ts';

/** Boot, the deadline of 2 s, the last dumps, the end, and room for a loaded machine. */
const boundedMs = 25_000;
/** One rung that hangs before the first stream, and what the gate does around it. */
const longestDumpMs = 8_000;
const file = 'app/api/routes/stream.py';
const denied = `Permission Denied: Try running again with elevated permissions by going 'sudo env "PATH=$PATH" !!'`;

interface Example {
  readonly workspace: string;
  readonly args: readonly string[];
  readonly pythonFlags?: readonly string[];
  readonly uvicornFlags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function exampleWorkspace(): string {
  const workspace = newWorkspace();
  cpSync(join(repository, 'examples', 'news-backend', 'app'), join(workspace, 'app'), {
    recursive: true,
    filter: (path) => basename(path) !== '__pycache__',
  });
  return workspace;
}

function runExample({ workspace, args, pythonFlags = [], uvicornFlags = [], env = {} }: Example) {
  return runCli({
    args: ['run', ...short, '--waves', '1', '--env', 'NEWS_STREAM=blocking', ...args],
    command: [python, ...pythonFlags, '-m', 'uvicorn', 'app.main:app', '--port', '{port}', ...uvicornFlags],
    workspace,
    env,
  });
}

async function expectNamed(run: CliRun, source: string): Promise<void> {
  const lines = readFileSync(join(run.workspace, file), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes('with ThreadPoolExecutor(max_workers')) + 1;
  expect(run).toMatchObject({
    exitCode: 1,
    stderr: '',
    result: {
      verdict: 'fail',
      reason: 'loop-blocked',
      culprit: { file, line, function: expect.stringMatching(/news_events$/) },
    },
  });
  expect(run.result?.message).toContain('leaving `with ThreadPoolExecutor(…)`');
  expect(run.result?.message).toContain('`fetch_feed`');
  await expectBounded(run, source);
}

/** The silence was dumped by this source alone, soon, and its name is in the report. */
async function expectBounded(run: CliRun, source: string): Promise<void> {
  const dumps = run.evidence?.dumps ?? [];
  const silence = dumps.filter(({ trigger }) => trigger === 'silence');
  expect(silence.length).toBeGreaterThanOrEqual(2);
  expect([...new Set(silence.map((dump) => dump.source))]).toEqual([source]);
  expect(Math.max(...dumps.map(({ durationMs }) => durationMs))).toBeLessThan(longestDumpMs);
  expect(run.wallMs).toBeLessThan(boundedMs);
  expect(readFileSync(join(run.reportDir, 'summary.md'), 'utf8')).toMatch(`dumps by ${source}`);
  expect(run.stdout).toContain(`dumps/ by ${source}`);
  expect(run.evidence?.stackSources).toContainEqual({
    name: source,
    usable: true,
    detail: expect.stringMatching(/^(took the stacks|showed the threads, without frames)$/),
  });
  await expectNothingLeft(run);
}

/** What the evidence says of a source that failed. */
function failureOf({ evidence }: CliRun, name: string): string | undefined {
  return evidence?.stackSources.find((source) => source.name === name && !source.usable)?.detail;
}

function executable(workspace: string, name: string, script: string): string {
  const folder = join(workspace, 'bin');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function pathWith(workspace: string): Record<string, string> {
  return { PATH: `${join(workspace, 'bin')}:${process.env['PATH']}` };
}

const sayVersion = '[ "$1" = --version ] && { echo "py-spy 0.4.3"; exit 0; }';

describe('py-spy', () => {
  let run: CliRun;
  let realPySpy: string;

  beforeAll(async () => {
    run = await runExample({ workspace: exampleWorkspace(), args: [] });
    realPySpy =
      run.evidence?.stackSources.map(({ detail }) => /: (\/.*py-spy)$/.exec(detail)?.[1]).find(Boolean) ?? '';
    if (!existsSync(realPySpy)) throw new Error('The gate found no py-spy and could not install one.');
  });

  test('names the line', () => expectNamed(run, 'py-spy'));

  test('is run through sudo where this user is denied', async () => {
    const workspace = exampleWorkspace();
    const asked = join(workspace, 'asked.txt');
    const pySpy = executable(
      workspace,
      'fake-py-spy',
      `${sayVersion}\n[ "$BECAME_ROOT" = 1 ] && exec '${realPySpy}' "$@"\ncat >&2 <<'END'\n${denied}\nEND\nexit 1`,
    );
    executable(
      workspace,
      'sudo',
      `printf '%s\\n' "$*" >> '${asked}'\n[ "$1" = -n ] || exit 64\nshift\nBECAME_ROOT=1 exec "$@"`,
    );
    const through = await runExample({ workspace, args: ['--py-spy', pySpy], env: pathWith(workspace) });

    await expectNamed(through, 'sudo py-spy');
    expect(failureOf(through, 'py-spy')).toContain('Permission Denied');
    expect(readFileSync(asked, 'utf8')).toMatch(
      /^-n nice -n -10 timeout -s KILL 1 .*fake-py-spy dump --pid \d+ --json$/m,
    );
  });
});

describe('faulthandler', () => {
  test('names the line when py-spy is switched off', async () => {
    const run = await runExample({ workspace: exampleWorkspace(), args: ['--py-spy', 'off'] });

    await expectNamed(run, 'faulthandler');
    expect(run.evidence?.stackSources.map(({ name }) => name)).not.toContain('sudo py-spy');
  });

  test('names the line in spawned workers', async () => {
    const run = await runExample({
      workspace: exampleWorkspace(),
      args: ['--py-spy', 'off'],
      uvicornFlags: ['--workers', '2'],
    });

    await expectNamed(run, 'faulthandler');
  });

  test('names the line when sudo wants a password', async () => {
    const workspace = exampleWorkspace();
    const pySpy = executable(
      workspace,
      'fake-py-spy',
      `${sayVersion}\ncat >&2 <<'END'\n${denied}\nEND\nexit 1`,
    );
    executable(workspace, 'sudo', 'echo "sudo: a password is required" >&2\nexit 1');
    const run = await runExample({ workspace, args: ['--py-spy', pySpy], env: pathWith(workspace) });

    await expectNamed(run, 'faulthandler');
    expect(failureOf(run, 'sudo py-spy')).toBe('sudo: a password is required');
  });

  const broken: readonly (readonly [name: string, script: string, why: RegExp])[] = [
    ['hangs', 'exec sleep 600', /no answer within 4000 ms/],
    ['hangs behind a child that holds its output', 'sleep 6 &\nwait', /no answer within 4000 ms/],
    ['crashes', 'kill -SEGV $$', /SIGSEGV|Segmentation/],
    ['panics', `echo "thread 'main' panicked at src/main.rs:1" >&2\nexit 101`, /panicked/],
    ['prints garbage', 'echo "here is your dump: {]"', /something else than a dump/],
    [
      'is too old for this Python',
      'echo "Error: Unsupported version of Python: 3.15.0" >&2\nexit 1',
      /3\.15/,
    ],
  ];
  test.each(broken)('names the line when py-spy %s', async (_name, script, why) => {
    const workspace = exampleWorkspace();
    const asked = join(workspace, 'asked.txt');
    const pySpy = executable(workspace, 'fake-py-spy', `${sayVersion}\necho "$@" >> '${asked}'\n${script}`);
    executable(workspace, 'sudo', `echo sudo >> '${asked}'\nexit 1`);
    const run = await runExample({ workspace, args: ['--py-spy', pySpy], env: pathWith(workspace) });

    await expectNamed(run, 'faulthandler');
    expect(failureOf(run, 'py-spy')).toMatch(why);
    // Asked once, before the first stream, and never with more rights, which would not help.
    expect(readFileSync(asked, 'utf8')).toMatch(/^dump --pid \d+ --json\n$/);
  });

  test('proves a healthy backend free', async () => {
    const workspace = newWorkspace();
    const run = await runCli({
      args: ['run', ...short, '--py-spy', 'off'],
      command: app(workspace, 'healthy'),
      workspace,
    });

    expect(run).toMatchObject({ exitCode: 0, stderr: '', result: { verdict: 'pass', reason: 'healthy' } });
    // Of a process that runs, faulthandler is not asked: walking frames that change has crashed interpreters.
    expect(run.evidence?.dumps.find(({ trigger }) => trigger === 'proof')?.source).toBe('proc');
    await expectNothingLeft(run);
  });
});

describe('/proc alone', () => {
  test('finds the hang, with the numbers of the kernel and without a line', async () => {
    const run = await runExample({
      workspace: exampleWorkspace(),
      args: ['--py-spy', 'off'],
      pythonFlags: ['-E'],
    });

    expect(run).toMatchObject({
      exitCode: 1,
      stderr: '',
      result: { verdict: 'fail', reason: 'loop-blocked', culprit: null },
    });
    // Once, when it was first seen away at work and fell asleep later than in a moment.
    expect(run.result?.message).toMatch(
      /its thread was in futex_\w+ in \d+ of \d+ samples .* by itself (0 times|1 time)\b/,
    );
    expect(failureOf(run, 'faulthandler')).toMatch(/did not load the gate's sitecustomize/);
    await expectBounded(run, 'proc');
  });

  test('finds a loop that spins', async () => {
    const workspace = newWorkspace();
    const [interpreter = '', ...words] = app(workspace, 'cpu_spins_on_abort');
    const run = await runCli({
      args: ['run', ...short, '--py-spy', 'off'],
      command: [interpreter, '-E', ...words],
      workspace,
    });

    expect(run.result).toMatchObject({ verdict: 'fail', reason: 'loop-blocked', culprit: null });
    expect(run.result?.message).toMatch(/its thread was running in \d+ of \d+ samples/);
    await expectNothingLeft(run);
  });

  test('proves a healthy backend free', async () => {
    const workspace = newWorkspace();
    const [interpreter = '', ...words] = app(workspace, 'healthy');
    const run = await runCli({
      args: ['run', ...short, '--py-spy', 'off'],
      command: [interpreter, '-E', ...words],
      workspace,
    });

    expect(run).toMatchObject({ exitCode: 0, stderr: '', result: { verdict: 'pass', reason: 'healthy' } });
    expect([...new Set(run.evidence?.dumps.map(({ source }) => source))]).toEqual(['proc']);
    await expectNothingLeft(run);
  });
});
