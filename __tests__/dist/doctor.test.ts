/** The command as it is shipped: what it says, what it answers, and that it leaves nothing behind. */
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { commandLine } from '../../src/processes/process-table.ts';
import { locatePySpy } from '../../src/stacks/py-spy-locate.ts';
import { type DoctorRun, fakePySpy, runDoctor, toolCache } from '../support/doctor.ts';
import { copyAction } from '../support/runner/action-copy.ts';
import { testPython } from '../support/runner/gate-step.ts';
import { processesWith } from '../support/runner/processes.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';

const action = copyAction();
const python = testPython();
const path = `${dirname(python)}:${process.env['PATH']}`;
const command = ['--', python, '-m', 'uvicorn', 'app.main:app', '--port', '{port}'];

/** Genuine, of py-spy 0.4.3. */
const denied = `echo "Permission Denied: Try running again with elevated permissions by going 'sudo env \\"PATH=\\$PATH\\" !!'" >&2; exit 1`;

/** Mark and title of every line that has one. */
const marks = ({ stdout }: DoctorRun) =>
  Object.fromEntries([...stdout.matchAll(/^ {2}([✓!✗]) (\S+)/gm)].map(([, mark, title]) => [title, mark]));
/** Lines are broken anywhere. */
const flat = ({ stdout }: DoctorRun) => stdout.replace(/\s+/g, ' ');

const allWell = {
  Node: '✓',
  Python: '✓',
  'py-spy': '✓',
  stacks: '✓',
  sudo: '✓',
  '/proc': '✓',
  port: '✓',
  proxy: '✓',
  artifact: '✓',
  leftovers: '✓',
  report: '✓',
};

beforeAll(async () => {
  await locatePySpy({
    setting: 'auto',
    command: { kind: 'argv', argv: [] },
    workingDirectory: '/',
    env: { ...process.env, PATH: '', RUNNER_TOOL_CACHE: toolCache },
    onInstall: () => {},
    claimFolder: (prefix) => `${prefix}-new`,
    interrupt: new AbortController().signal,
  });
}, 120_000);

test('all well', async () => {
  const run = await runDoctor(command, { action, path, cache: toolCache });
  expect(marks(run)).toEqual(allWell);
  expect(run).toMatchObject({ exitCode: 0, stderr: '', leftBehind: [] });
  expect(run.stdout).toMatch(/\n {2}Nothing is missing\.\n$/);
  expect(run.stdout).not.toContain('\x1b');
  expect(flat(run)).toMatch(/stacks (sudo -n )?py-spy reads a sleeping Python 3\.\d+\.\d+/);
});

test('without a command', async () => {
  const run = await runDoctor(['--url', 'http://127.0.0.1:{port}'], { action, path, cache: toolCache });
  expect(marks(run)).toEqual(allWell);
  expect(run.exitCode).toBe(0);
});

test('a port that is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const run = await runDoctor(['--url', `http://127.0.0.1:${port}`, '--', python, 'app.py'], {
      action,
      path,
      cache: toolCache,
    });
    expect(marks(run)).toEqual({ ...allWell, port: '✗' });
    expect(run).toMatchObject({ exitCode: 1, leftBehind: [] });
    expect(flat(run)).toContain(`${port} is already served by pid ${process.pid} (`);
    expect(flat(run)).toContain('→ End that process, or use {port}');
  } finally {
    server.close();
  }
});

test('a PATH without Python', async () => {
  const run = await runDoctor(['--', 'python', '-m', 'uvicorn', '--port', '{port}'], {
    action,
    path: temporaryFolder('programs'),
  });
  expect(marks(run)).toEqual({ ...allWell, Python: '✗', 'py-spy': '✗', stacks: '!' });
  expect(run).toMatchObject({ exitCode: 1, stderr: '', leftBehind: [] });
  expect(flat(run)).toContain("the command's program python is not there → Install Python 3.10 or newer");
  expect(flat(run)).toContain('no python3 or python on PATH has pip');
});

test('a program that is missing', async () => {
  const run = await runDoctor(['--', 'nosuch', '--port', '{port}'], { action, path, cache: toolCache });
  expect(marks(run)).toEqual({ ...allWell, Python: '✗', stacks: '!' });
  expect(flat(run)).toContain("the command's program nosuch is not there → Install it, or begin");
});

test.each([
  ['beside it', '#!/bin/sh\n', 'that serve belongs to'],
  ['in its first line', `#!${python}\n`, 'that serve belongs to'],
])("a program's Python, %s", async (where, firstLine, expected) => {
  const folder = temporaryFolder('programs');
  writeFileSync(join(folder, 'serve'), firstLine, { mode: 0o755 });
  if (where === 'beside it') symlinkSync(python, join(folder, 'python'));
  const owner = where === 'beside it' ? join(folder, 'python') : python;
  const run = await runDoctor(['--', 'serve', '{port}'], {
    action,
    path: `${folder}:/usr/bin:/bin`,
    cache: toolCache,
  });
  expect(marks(run)).toEqual(allWell);
  expect(flat(run)).toContain(`${expected}: ${owner}`);
});

test('a py-spy that is too old is told, and nothing is installed', async () => {
  const run = await runDoctor(command, { action, path: `${fakePySpy('0.3.14', 'exit 1')}:${path}` });
  expect(marks(run)).toEqual({ ...allWell, 'py-spy': '!', stacks: '!' });
  expect(run).toMatchObject({ exitCode: 0, leftBehind: [] });
  expect(flat(run)).toMatch(
    /0\.3\.14 on PATH: .* which is too old \(0\.4\.2 or newer is needed\); run would install 0\.4\.\d/,
  );
});

test('a py-spy that is denied', async () => {
  const run = await runDoctor(command, { action, path: `${fakePySpy('0.4.3', denied)}:${path}` });
  expect(marks(run)).toEqual({ ...allWell, stacks: '✗' });
  expect(run).toMatchObject({ exitCode: 1, leftBehind: [] });
  expect(flat(run)).toContain('py-spy cannot read a sleeping Python, neither as this user');
  expect(flat(run)).toContain('Permission Denied: Try running again with elevated permissions');
  expect(flat(run)).toMatch(
    /(ptrace_scope is \d|no Yama), and this process (holds|lacks) CAP_SYS_PTRACE → \w/,
  );
});

test('a given py-spy that is none is one line, without a stack trace', async () => {
  const run = await runDoctor(['--py-spy', '/nowhere/py-spy', ...command], { action, path });
  expect(marks(run)).toEqual({ ...allWell, 'py-spy': '✗', stacks: '!' });
  expect(run).toMatchObject({ exitCode: 1, stderr: '' });
  expect(run.stdout).not.toMatch(/^\s+at /m);
});

test('an interruption leaves nothing behind', async () => {
  const run = await runDoctor(command, {
    action,
    path: `${fakePySpy('0.4.3', 'exec sleep 60')}:${path}`,
    whileRunning: async (child, trackingId) => {
      while (!processesWith(trackingId).some((pid) => commandLine(pid).includes('time.sleep')))
        await sleep(20);
      child.kill('SIGINT');
    },
  });
  expect(run).toMatchObject({ exitCode: 130, leftBehind: [] });
});

test.each([
  [['--wave', '3'], 'unknown flag --wave; did you mean "waves"?'],
  [['--waves', 'x'], 'setting "waves" (flag --waves) got "x"'],
  [['--working-directory', '/nowhere'], '/nowhere is no folder'],
])('wrong flags: %j', async (args, message) => {
  const run = await runDoctor(args, { action, path });
  expect(run).toMatchObject({ exitCode: 2, stdout: '', leftBehind: [] });
  expect(run.stderr).toContain(message);
});
