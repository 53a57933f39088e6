/** A hang stays a hang, whatever becomes of py-spy, also where nothing else can take a stack. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  app,
  type CliOptions,
  type CliRun,
  expectNothingLeft,
  newWorkspace,
  python,
  runCli,
  short,
} from '../support/cli/run-cli.ts';

/** The deadline of 2 s, one attempt of py-spy that is cut off, and room for a loaded machine. */
const boundedMs = 30_000;

function expectRed(run: CliRun): void {
  expect(run).toMatchObject({
    exitCode: 1,
    stderr: '',
    result: {
      verdict: 'fail',
      // What the kernel tells of a thread that sleeps is enough for the first, of one that runs only for the second.
      reason: expect.stringMatching(/^(loop-blocked|service-unresponsive)$/),
      culprit: null,
    },
  });
  expect(run.wallMs).toBeLessThan(boundedMs);
}

/** Boots a fixture so that Python ignores PYTHONPATH, and with it what the gate would have it load. */
function blindApp(workspace: string, name: string): string[] {
  const [interpreter = '', ...words] = app(workspace, name);
  return [interpreter, '-E', ...words];
}

function runBlind(name: string, args: readonly string[], env: CliOptions['env'] = {}): Promise<CliRun> {
  const workspace = newWorkspace();
  return runCli({ args: ['run', ...args], command: blindApp(workspace, name), env, workspace });
}

const framesOf = ({ evidence }: CliRun) =>
  evidence?.dumps.flatMap(({ threads }) => threads.flatMap(({ frames }) => frames));

describe('--py-spy off', () => {
  test("a healthy backend passes by the kernel's word", async () => {
    const run = await runBlind('healthy', [...short, '--py-spy', 'off']);

    expect(run).toMatchObject({ exitCode: 0, result: { verdict: 'pass', reason: 'healthy' } });
    expect(framesOf(run)).toEqual([]);
    await expectNothingLeft(run);
  });

  test.each(['blocks_on_abort', 'cpu_spins_on_abort'])('%s is red', async (name) => {
    const run = await runBlind(name, [...short, '--py-spy', 'off']);

    expectRed(run);
    expect(run.result?.message).toMatch(/did not answer.*[Nn]o stack could be taken/);
    await expectNothingLeft(run);
  });
});

describe('no py-spy, and no pip that could bring it', () => {
  const bare = (folder: string) => ({
    PATH: folder,
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    RUNNER_TOOL_CACHE: undefined,
  });

  function emptyFolder(workspace: string): string {
    const folder = join(workspace, 'empty');
    mkdirSync(folder);
    return folder;
  }

  test('a hang is red and says why there is no stack', async () => {
    const workspace = newWorkspace();
    const run = await runCli({
      args: ['run', ...short],
      command: blindApp(workspace, 'blocks_on_abort'),
      env: bare(emptyFolder(workspace)),
      workspace,
    });

    expectRed(run);
    expect(run.result?.message).toContain('pip could not install it');
    await expectNothingLeft(run);
  });

  test("a healthy backend passes by the kernel's word", async () => {
    const workspace = newWorkspace();
    const run = await runCli({
      args: ['run', ...short],
      command: blindApp(workspace, 'healthy'),
      env: bare(emptyFolder(workspace)),
      workspace,
    });

    expect(run).toMatchObject({ exitCode: 0, stderr: '', result: { verdict: 'pass' } });
    await expectNothingLeft(run);
  });
});

describe('a py-spy that', () => {
  /** What it does when it is asked for a dump. */
  const behaviours = {
    hangs: 'import time; time.sleep(600)',
    'hangs and has a child that holds its output':
      'import subprocess, sys; subprocess.run([sys.executable, __file__ + ".child"])',
    'prints something else': 'print("here is your dump: \\x1b[2J{]")',
    'prints nothing': 'pass',
    'prints JSON that is no dump': 'print("{\\"threads\\": [{\\"frames\\": 3}]}")',
    'is denied':
      'sys.exit("Error: Permission Denied: Try running again with elevated permissions by going \'sudo env ...\'")',
    'is killed': 'import os; os.kill(os.getpid(), 9)',
  };

  test.each(Object.entries(behaviours))(
    '%s: the hang stays red, in bounded time',
    async (_name, behaviour) => {
      const workspace = newWorkspace();
      const run = await runCli({
        args: ['run', ...short, '--py-spy', fakePySpy(workspace, behaviour)],
        command: blindApp(workspace, 'blocks_on_abort'),
        workspace,
      });

      expectRed(run);
      expect(framesOf(run)).toEqual([]);
      await expectNothingLeft(run);
    },
  );

  test('is denied: a healthy backend still gets a verdict', async () => {
    const workspace = newWorkspace();
    const run = await runCli({
      args: ['run', ...short, '--py-spy', fakePySpy(workspace, behaviours['is denied'])],
      command: blindApp(workspace, 'healthy'),
      workspace,
    });

    expect(run).toMatchObject({ exitCode: 0, stderr: '', result: { verdict: 'pass' } });
    await expectNothingLeft(run);
  });
});

function fakePySpy(workspace: string, behaviour: string): string {
  const path = join(workspace, 'py-spy');
  // A shebang cannot hold the spaces that its path may have, so the shell starts it.
  const script = join(workspace, 'fake_py_spy.py');
  writeFileSync(
    `${script}.child`,
    'import os, time\nparent = os.getppid()\nwhile os.getppid() == parent:\n    time.sleep(0.05)\n',
  );
  writeFileSync(
    script,
    `import sys\nif "--version" in sys.argv:\n    print("py-spy 0.4.3")\n    sys.exit()\n${behaviour}\n`,
  );
  writeFileSync(path, `#!/bin/sh\nexec '${python}' '${script}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
