/** A backend that already runs: tested, dumped, and left as it was. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { findFreePort } from '../../src/backend/port.ts';
import { culpritLine, newWorkspace, python, runCli, short } from '../support/cli/run-cli.ts';

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await ended;
  }
});

/** Boots a fixture as somebody else would, and waits until it answers. */
async function running(name: string) {
  const workspace = newWorkspace();
  const port = await findFreePort();
  const child = spawn(python, [join(workspace, `${name}.py`), String(port)], { stdio: 'ignore' });
  started.push(child);
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${url}/health`).then(
      () => true,
      () => false,
    ))
  )
    await sleep(50);
  return {
    child,
    port,
    url,
    workspace,
    pid: child.pid as number,
    isAlive: () => child.exitCode === null && child.signalCode === null,
  };
}

describe('run', () => {
  test.each(['--url', '--pid'])('tests a healthy backend by %s and leaves it running', async (flag) => {
    const backend = await running('healthy');
    const by = flag === '--url' ? ['--url', backend.url] : ['--pid', String(backend.pid)];
    const run = await runCli({ args: ['run', ...short, ...by], workspace: backend.workspace });
    expect([run.exitCode, run.result?.reason]).toEqual([0, 'healthy']);
    expect(run.evidence?.processes.map(({ pid }) => pid)).toEqual([backend.pid]);
    expect(backend.isAlive()).toBe(true);
    expect((await fetch(`${backend.url}/health`)).status).toBe(200);
  });

  test('finds a hang, names the line and leaves the backend hanging', async () => {
    const backend = await running('blocks_on_abort');
    const run = await runCli({ args: ['run', ...short, '--url', backend.url], workspace: backend.workspace });
    expect([run.exitCode, run.result?.reason]).toEqual([1, 'loop-blocked']);
    expect(run.result?.culprit).toMatchObject({
      file: 'blocks_on_abort.py',
      line: culpritLine(join(backend.workspace, 'blocks_on_abort.py')),
    });
    expect(backend.isAlive()).toBe(true);
  });

  test('says so when nobody answers', async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    const run = await runCli({ args: ['run', ...short, '--boot-timeout', '500ms', '--url', url] });
    expect([run.exitCode, run.result?.reason]).toEqual([125, 'not-ready']);
  });

  test('takes a command or a process, not both', async () => {
    const run = await runCli({ args: ['run', '--pid', '1'], command: ['true'] });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/^hang-gate: setting "pid" .* give one of them\n$/);
  });
});

describe('dump', () => {
  test('explains a hang that is happening, and sends nothing', async () => {
    const backend = await running('blocks_on_abort');
    const stream = await fetch(`${backend.url}/news/stream`);
    const reader = stream.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await sleep(500);
    const run = await runCli({ args: ['dump', '--url', backend.url], workspace: backend.workspace });
    expect([run.exitCode, run.result?.reason]).toEqual([1, 'loop-blocked']);
    expect(run.result?.culprit).toMatchObject({
      file: 'blocks_on_abort.py',
      line: culpritLine(join(backend.workspace, 'blocks_on_abort.py')),
    });
    expect([run.evidence?.probes, run.evidence?.streams, run.evidence?.waves]).toEqual([[], [], []]);
    expect(backend.isAlive()).toBe(true);

    const again = await runCli({
      args: ['diagnose', join(run.reportDir, 'evidence.json')],
      workspace: backend.workspace,
    });
    expect([again.exitCode, again.stdout.includes(run.result?.message.split(':')[0] ?? '?')]).toEqual([
      1,
      true,
    ]);
  });

  test('says so when the loop is free', async () => {
    const backend = await running('healthy');
    const run = await runCli({
      args: ['dump', '--pid', String(backend.pid)],
      workspace: backend.workspace,
    });
    expect([run.exitCode, run.result?.verdict]).toEqual([0, 'pass']);
    expect(run.stdout).toContain(`pid ${backend.pid} did not stand still`);
  });

  test('says so when nobody listens, or nobody is named', async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    const nobody = await runCli({ args: ['dump', '--url', url] });
    expect([nobody.exitCode, nobody.result?.message]).toEqual([
      125,
      `Nobody that can be seen listens at ${url}.`,
    ]);
    const unnamed = await runCli({ args: ['dump'] });
    expect([unnamed.exitCode, unnamed.stderr.includes('--url or --pid')]).toEqual([2, true]);
  });
});
