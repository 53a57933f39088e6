/** Every tested version of Python that this machine has: stacks differ between them, verdicts must not. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { requiredPythons } from '../support/cli/python.ts';
import {
  type CliRun,
  culpritLine,
  expectNothingLeft,
  newWorkspace,
  runCli,
  short,
} from '../support/cli/run-cli.ts';

function runOn(python: string, app: string, ...args: readonly string[]): Promise<CliRun> {
  const workspace = newWorkspace();
  return runCli({
    args: ['run', ...short, '--waves', '1', ...args],
    command: [python, join(workspace, `${app}.py`), '{port}'],
    workspace,
  });
}

async function expectBlocked(run: CliRun, version: string, source: string): Promise<void> {
  const line = culpritLine(join(run.workspace, 'leaves_executor_on_abort.py'));
  expect([run.exitCode, run.stderr, run.result?.verdict, run.result?.reason]).toEqual([
    1,
    '',
    'fail',
    'loop-blocked',
  ]);
  expect(run.result?.culprit).toMatchObject({ file: 'leaves_executor_on_abort.py', line });
  expect(run.result?.message).toContain('leaving `with ThreadPoolExecutor(…)`');
  expect(run.result?.message).toContain('`fetch`');
  await expectRanOn(run, version, source);
}

/** It really ran on that version, and the stacks really came from that source. */
async function expectRanOn(run: CliRun, version: string, source: string): Promise<void> {
  expect(new Set(run.evidence?.processes.map(({ python }) => python))).toEqual(new Set([version]));
  const taken = run.evidence?.dumps.filter(({ trigger }) => trigger === 'silence' || trigger === 'proof');
  expect(new Set(taken?.map((dump) => dump.source))).toEqual(new Set([source]));
  await expectNothingLeft(run);
}

describe.each(requiredPythons())('Python %s', (version, python) => {
  test('a blocked loop is found, with its line', async () => {
    await expectBlocked(await runOn(python, 'leaves_executor_on_abort'), version, 'py-spy');
  });

  test('faulthandler alone finds it too', async () => {
    const run = await runOn(python, 'leaves_executor_on_abort', '--py-spy', 'off');
    await expectBlocked(run, version, 'faulthandler');
  });

  test('a healthy backend passes', async () => {
    const run = await runOn(python, 'healthy');
    expect([run.exitCode, run.stderr, run.result?.reason]).toEqual([0, '', 'healthy']);
    await expectRanOn(run, version, 'py-spy');
  });
});
