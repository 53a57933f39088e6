/** A backend behind what people start it with: the verdict names the server below, and nothing of it is left over. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { requiredServersPython } from '../support/cli/python.ts';
import {
  culpritLine,
  expectNothingLeft,
  newWorkspace,
  python,
  runCli,
  short,
} from '../support/cli/run-cli.ts';

const app = 'blocks_on_abort.py';
const serve = `'${python}' ${app}`;
const uv = join(dirname(requiredServersPython()), 'uv');

/** What a wrapper keeps for itself goes to the workspace, and it asks nobody on the network. */
const kept = [
  'UV_CACHE_DIR=.uv',
  'NPM_CONFIG_CACHE=.npm',
  'NPM_CONFIG_UPDATE_NOTIFIER=false',
  'NODE_DISABLE_COMPILE_CACHE=1',
];

interface Wrapper {
  readonly command: readonly string[];
  /** What it needs in the workspace, by file name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Programs that stay above the server, outermost first. */
  readonly above: readonly RegExp[];
}

const wrappers: Record<string, Wrapper> = {
  'sh -c, with exec': { command: ['sh', '-c', `exec ${serve} {port}`], above: [] },
  'sh -c, without exec': { command: ['sh', '-c', `${serve} {port}; echo over`], above: [/^sh -c/] },
  make: {
    command: ['make', 'serve', 'PORT={port}'],
    files: { Makefile: `serve:\n\t@${serve} $(PORT); echo over\n` },
    above: [/^make serve/, /^\/bin\/sh -c/],
  },
  'npm run': {
    command: ['npm', 'run', 'serve', '--', '{port}'],
    files: { 'package.json': JSON.stringify({ scripts: { serve } }) },
    above: [/^npm run serve/],
  },
  'uv run': {
    command: [uv, 'run', '--offline', '--no-project', '--no-config', '--python', python, app, '{port}'],
    above: [/uv run --offline/],
  },
  'a Python that starts another': {
    command: [python, 'start.py', '{port}'],
    files: {
      'start.py': `import subprocess, sys\nsubprocess.run([sys.executable, "${app}", sys.argv[1]])\n`,
    },
    above: [/start\.py/],
  },
};

test.each(Object.entries(wrappers))('%s', async (_, { command, files = {}, above }) => {
  const workspace = newWorkspace();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text);
  const run = await runCli({
    args: ['run', ...short, '--waves', '1', '--clients', '1', ...kept.flatMap((pair) => ['--env', pair])],
    command,
    workspace,
  });

  expect(run).toMatchObject({ exitCode: 1, stderr: '', result: { verdict: 'fail', reason: 'loop-blocked' } });
  const processes = run.evidence?.processes ?? [];
  const server = processes.find(({ role }) => role === 'worker');
  expect(server?.commandLine).toContain(app);
  expect(run.result?.findings[0]?.pid).toBe(server?.pid);
  expect(run.result?.culprit).toMatchObject({ file: app, line: culpritLine(join(workspace, app)) });
  expect([...new Set(run.evidence?.dumps.map(({ pid }) => pid))]).toEqual([server?.pid]);

  const others = processes.filter((process) => process !== server);
  expect([...new Set(others.map(({ role }) => role))]).toEqual(above.length > 0 ? ['wrapper'] : []);
  const found = above.map((pattern) => others.findIndex(({ commandLine }) => pattern.test(commandLine)));
  expect(found).not.toContain(-1);
  expect(found).toEqual(found.toSorted((a, b) => a - b));
  await expectNothingLeft(run);
});
