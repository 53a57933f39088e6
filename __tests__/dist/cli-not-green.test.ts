/** What looks green and is not: somebody else's answers. And what looks red and is not: a report that cannot be written. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findFreePort } from '../../src/backend/port.ts';
import {
  app,
  expectNothingLeft,
  newWorkspace,
  python,
  repository,
  runApp,
  short,
  startCli,
} from '../support/cli/run-cli.ts';

test('another process that takes over the port', async () => {
  const port = await findFreePort();
  const workspace = newWorkspace();
  const gate = startCli({
    args: ['run', ...short, '--settle', '1s', '--url', `http://127.0.0.1:${port}`],
    command: [python, join(workspace, 'gives_up_port.py'), String(port)],
    workspace,
  });
  await gate.until(() => gate.stdout().includes('boot'));
  const squatter = spawn(python, [join(repository, '__tests__/fixtures/tools/squatter.py'), String(port)]);
  try {
    const run = await gate.ended;
    expect([run.exitCode, run.stderr, run.result?.verdict]).toEqual([125, '', 'inconclusive']);
    expect(run.result?.reason).toBe('port-in-use');
    expect(run.result?.message).toMatch(
      new RegExp(`pid ${squatter.pid} \\(.*squatter\\.py.*none of the backend's`),
    );
  } finally {
    const exited = once(squatter, 'exit');
    squatter.kill('SIGKILL');
    await exited;
  }
});

test('answers out of a cache', async () => {
  const run = await runApp('behind_a_cache', [...short, '--waves', '1']);
  expect([run.exitCode, run.stderr, run.result?.reason]).toEqual([125, '', 'gate-failed']);
  expect(run.result?.message).toBe(
    'No probe of `/health` was answered by the backend itself after the last abort, only by a cache in front of it.',
  );
});

describe('a part of the gate that dies', () => {
  const shim = join(repository, '__tests__/fixtures/tools/dying-thread.cjs');
  const dying = (how: string, afterMs: number) =>
    runApp('healthy', [...short, '--settle', '1s'], {
      NODE_OPTIONS: `--require ${JSON.stringify(shim)}`,
      DIES: how,
      DIES_AFTER_MS: String(afterMs),
    });

  test.each([
    ['by an error', 'prober throw', /dies on purpose/],
    ['without a word', 'prober exit', /the thread that probes ended/],
  ])('the thread that probes, %s', async (_, how, message) => {
    const run = await dying(how, 2_500);
    expect([run.exitCode, run.stderr, run.result?.reason]).toEqual([125, '', 'gate-failed']);
    expect(run.result?.message).toMatch(message);
    await expectNothingLeft(run);
  });

  test('the gate itself, by an error that nobody caught', async () => {
    const run = await dying('main throw', 2_500);
    expect([run.exitCode, run.stderr]).toEqual([125, 'hang-gate: internal error: dies on purpose\n']);
    await expectNothingLeft(run);
  });
});

test.each([
  ['healthy', 0, 'healthy'],
  ['blocks_on_abort', 1, 'loop-blocked'],
])(
  'a disk that takes no byte, also not of the log, changes no verdict and is said: %s',
  async (name, exitCode, reason) => {
    const workspace = newWorkspace();
    // A file may not grow: like a full disk, and without any right.
    const node = join(workspace, 'node-on-a-full-disk');
    writeFileSync(node, `#!/bin/sh\nulimit -f 0\nexec '${process.execPath}' "$@"\n`);
    chmodSync(node, 0o755);
    const command = ['/bin/sh', '-c', 'echo here; exec "$@"', 'sh', ...app(workspace, name)];
    const run = await startCli({ args: ['run', ...short], command, workspace, node }).ended;

    expect(run.exitCode).toBe(exitCode);
    expect(run.stdout).toContain(reason);
    expect(run.stderr).toMatch(/^hang-gate: evidence\.json could not be written: EFBIG/m);
    expect(run.stderr).toMatch(/^hang-gate: the result file report failed: EFBIG/m);
    expect(run.stdout).toMatch(/warning: dumps\/.* could not be written/);
    expect(run.stdout).toMatch(/backend\.log could not be written: EFBIG/);
    expect(existsSync(join(run.reportDir, 'dumps'))).toBe(true);
    await expectNothingLeft(run);
  },
);
