/** What the command says before it starts anything, and when it cannot start. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { settingNames } from '../../src/settings/schema.ts';
import { accepts } from '../support/cli/accepts.ts';
import {
  app,
  type CliRun,
  expectNothingLeft,
  newWorkspace,
  python,
  runCli,
  short,
} from '../support/cli/run-cli.ts';

test('--version answers one', async () => {
  const run = await runCli({ args: ['--version'] });

  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([[['--help']], [['help']], [['run', '--help']]])('%j lists every setting', async (args) => {
  const { exitCode, stdout, stderr } = await runCli({ args });
  const listed = [...stdout.matchAll(/^ {2}--([a-z-]+) /gm)].map(([, name]) => name);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(listed).toEqual(settingNames.filter((name) => name !== 'command'));
});

test('a --help behind -- belongs to the backend', async () => {
  const run = await runCli({
    args: ['run', ...short, '--url', 'http://127.0.0.1:9'],
    command: [python, '-c', 'raise SystemExit(4)', '--help'],
  });

  expect(run).toMatchObject({ exitCode: 125, result: { reason: 'not-ready' } });
});

describe('wrong settings', () => {
  interface Case {
    readonly name: string;
    readonly args: readonly string[];
    /** What the one line must hold. */
    readonly says: readonly (string | RegExp)[];
    readonly command?: readonly string[];
  }
  const cases: readonly Case[] = [
    { name: 'an unknown flag', args: ['--dedline', '2s'], says: ['--dedline', 'did you mean "deadline"?'] },
    { name: 'a flag like no other', args: ['--xyzzy', '2s'], says: ['unknown flag --xyzzy'] },
    { name: 'a flag without a value', args: ['--deadline'], says: ['--deadline', 'needs a value'] },
    { name: 'a bad duration', args: ['--deadline', '5 parsecs'], says: ['"deadline"', '5 parsecs', '5s'] },
    { name: 'a duration without a unit', args: ['--hold', '5'], says: ['"hold"', '"5"', '1s'] },
    { name: 'no command', args: [], command: [], says: ['"command" is missing', 'hang-gate run --'] },
    { name: 'a command without --', args: ['python', 'app.py'], command: [], says: ['"python"', '--'] },
    {
      name: 'a working directory that is not there',
      args: ['--working-directory', 'no such folder'],
      says: ['"working-directory"', 'no such folder', 'existing folder'],
    },
    {
      name: 'a working directory that is a file',
      args: ['--working-directory', 'healthy.py'],
      says: ['"working-directory"', 'healthy.py', 'existing folder'],
    },
    { name: 'a config that is not there', args: ['--config', 'no.yml'], says: ['"config"', 'no.yml'] },
    { name: 'a config that is a folder', args: ['--config', '.'], says: ['"config"', 'EISDIR'] },
    { name: 'a config that is no mapping', args: ['--config', 'list.yml'], says: ['"config"', 'list.yml'] },
    { name: 'a config that is no YAML', args: ['--config', 'broken.yml'], says: ['"config"', 'broken.yml'] },
    {
      name: 'an unknown setting in a config',
      args: ['--config', 'unknown.yml'],
      says: ['"probs"', 'unknown.yml', 'did you mean "probes"?'],
    },
    {
      name: 'a py-spy that is not there',
      args: ['--py-spy', './py-spy'],
      says: ['"py-spy"', 'no py-spy', 'auto, off'],
    },
    {
      name: 'a py-spy that is another program',
      args: ['--py-spy', '/bin/sh'],
      says: ['"py-spy"', '/bin/sh'],
    },
    {
      name: 'a report folder that is a file',
      args: ['--report-dir', 'healthy.py'],
      says: ['"report-dir"', 'healthy.py', 'cannot be written'],
    },
    {
      name: 'a report folder below a file',
      args: ['--report-dir', 'healthy.py/report'],
      says: ['"report-dir"', 'cannot be written'],
    },
    {
      name: 'only early aborts',
      args: ['--abort', 'early'],
      says: ['"abort"', 'only early aborts', 'reset or close'],
    },
    {
      name: 'only early aborts in the waves that there are',
      args: ['--abort', 'early,reset', '--waves', '1'],
      says: ['"abort"', 'only early aborts'],
    },
    {
      name: 'an abort mode that is none',
      args: ['--abort', 'rst'],
      says: ['"abort"', 'rst', 'reset, close, early'],
    },
    { name: 'dumps after the deadline', args: ['--dump-after', '9s'], says: ['"dump-after"', '"deadline"'] },
    { name: 'a body for GET', args: ['--stream-body', '{}'], says: ['"stream-body"', '"stream-method"'] },
    { name: 'an empty value', args: ['--stream', ''], says: ['"stream"', 'begins with /'] },
  ];

  test.each(cases)('$name: one sentence, exit 2, nothing started', async ({ args, says, command }) => {
    const workspace = newWorkspace();
    writeFileSync(join(workspace, 'list.yml'), '- deadline\n- 5s\n');
    writeFileSync(join(workspace, 'broken.yml'), 'deadline: [5s\nwaves: {');
    writeFileSync(join(workspace, 'unknown.yml'), 'probs: /health\n');
    const started = join(workspace, 'started');
    const boot = [python, '-c', `open(${JSON.stringify(started)}, "w")`];
    const run = await runCli({ args: ['run', ...args], command: command ?? boot, workspace });

    expect(run).toMatchObject({ exitCode: 2, result: undefined, evidence: undefined });
    expect(run.stderr).toMatch(/^hang-gate: [^\n]+\n$/);
    for (const words of says) expect(run.stderr).toMatch(words);
    expect(run.stderr).not.toMatch(/^\s+at |node:internal/m);
    expect(existsSync(started)).toBe(false);
    await expectNothingLeft(run);
  });

  test('an earlier report stays when nothing was started', async () => {
    const workspace = newWorkspace();
    const earlier = join(workspace, 'hang-gate-report', 'result.json');
    mkdirSync(join(workspace, 'hang-gate-report'));
    writeFileSync(earlier, '{}');
    const run = await runCli({
      args: ['run', '--working-directory', 'no such folder'],
      command: ['true'],
      workspace,
    });

    expect(run.exitCode).toBe(2);
    expect(existsSync(earlier)).toBe(true);
  });

  test('every wrong setting is told, one a line', async () => {
    const run = await runCli({ args: ['run', '--waves', 'many', '--clients', '0'], command: ['true'] });

    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^hang-gate: setting "clients".*"0"/),
      expect.stringMatching(/^hang-gate: setting "waves".*"many"/),
    ]);
  });

  test.each([[[]], [['rnu']]])('the command %j is none', async (args) => {
    const run = await runCli({ args });

    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/^hang-gate: [^\n]*run, dump, diagnose or doctor[^\n]*--help\n$/);
  });
});

describe('a backend that cannot be started', () => {
  test('a program that is not there', async () => {
    const run = await runCli({
      args: ['run', ...short],
      command: ['no-such-program', '--port', '{port}'],
    });

    expect(run).toMatchObject({
      exitCode: 125,
      stderr: '',
      result: { verdict: 'inconclusive', reason: 'not-ready' },
    });
    expect(run.evidence?.backend.exit?.code).toBe(127);
    expect(run.result?.message).toMatch(/no-such-program.*not found/);
    expect(run.result?.findings[0]?.fix).toContain('no-such-program');
    await expectNothingLeft(run);
  });

  test('`python` missing in a shell line', async () => {
    const workspace = newWorkspace();
    const empty = join(workspace, 'empty');
    mkdirSync(empty);
    writeFileSync(join(workspace, 'gate.yml'), 'command: python app.py {port}\npy-spy: off\n');
    const run = await runCli({
      args: ['run', ...short, '--config', 'gate.yml'],
      env: { PATH: empty },
      workspace,
    });

    expect(run).toMatchObject({
      exitCode: 125,
      stderr: '',
      result: { verdict: 'inconclusive', reason: 'not-ready' },
    });
    expect(run.evidence?.backend.exit?.code).toBe(127);
    expect(run.result?.message).toMatch(/python.*not found/);
    await expectNothingLeft(run);
  });

  test('a port that somebody serves already: told by pid and command line, and left alone', async () => {
    const workspace = newWorkspace();
    const port = await freePort();
    const other = spawn(python, ['-m', 'http.server', String(port), '--bind', '127.0.0.1'], {
      cwd: workspace,
      stdio: 'ignore',
    });
    try {
      while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 20));
      const [program = '', ...words] = app(workspace, 'healthy');
      const run: CliRun = await runCli({
        args: ['run', ...short, '--url', `http://127.0.0.1:${port}`],
        command: [program, ...words.slice(0, -1), String(port)],
        workspace,
      });

      expect(run).toMatchObject({
        exitCode: 125,
        stderr: '',
        result: { verdict: 'inconclusive', reason: 'port-in-use' },
      });
      expect(run.result?.message).toContain(`pid ${other.pid} (${python} -m http.server ${port}`);
      expect(run.evidence?.backend.pid).toBeNull();
      expect(await accepts(port)).toBe(true);
    } finally {
      other.kill('SIGKILL');
    }
  });
});

const oldNode = findOldNode();
if (oldNode !== undefined) {
  test('an old Node is told in one sentence', async () => {
    const run = await runCli({ args: ['run'], command: ['true'], node: oldNode });

    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/^hang-gate needs Node 22\.19 or newer; this is v\d+[^\n]*\n$/);
  });
}

/** There is one on most machines; where there is none, this cannot be tried. */
function findOldNode(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/bin', '/usr/bin'];
  return folders
    .map((folder) => join(folder, 'node'))
    .find((path) => {
      const [, major, minor] =
        /^v(\d+)\.(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
      return major !== undefined && (Number(major) < 22 || (major === '22' && Number(minor) < 19));
    });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
