/** Every tested version of Python that this machine has: stacks differ between them, verdicts must not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isAtLeast } from '../../src/version-order.ts';
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

const pythons = requiredPythons();

describe.each(pythons)('Python %s', (version, python) => {
  test('a blocked loop is found, with its line, by py-spy and by faulthandler alone', async () => {
    // Together, since both only wait for most of their time.
    const [byPySpy, byFaulthandler] = await Promise.all([
      runOn(python, 'leaves_executor_on_abort'),
      runOn(python, 'leaves_executor_on_abort', '--py-spy', 'off'),
    ]);
    await expectBlocked(byPySpy, version, 'py-spy');
    await expectBlocked(byFaulthandler, version, 'faulthandler');
  });

  test('a healthy backend passes', async () => {
    const run = await runOn(python, 'healthy');
    expect([run.exitCode, run.stderr, run.result?.reason]).toEqual([0, '', 'healthy']);
    await expectRanOn(run, version, 'py-spy');
  });
});

const withTaskGraph = pythons.filter(([version]) => isAtLeast(version, '3.14'));
// An empty table is an error of Jest's; `npm test` says which versions are not there.
if (withTaskGraph.length > 0) {
  test.each(withTaskGraph)('Python %s tells where a lost await waits', async (version, python) => {
    const run = await runOn(python, 'lost_lock', '--clients', '1');
    const line = culpritLine(join(run.workspace, 'lost_lock.py'));

    expect([run.exitCode, run.stderr, run.result?.reason]).toEqual([1, '', 'service-unresponsive']);
    expect(run.result?.message).toMatch(/^`\/health` did not answer /);
    expect(run.result?.message).toContain(`a task waits at lost_lock.py:${line} in \`health\``);
    expect(run.result?.culprit).toBeNull();

    const graphs = run.evidence?.taskGraphs ?? [];
    expect(graphs.map(({ trigger, error }) => [trigger, error])).toEqual([
      ['baseline', null],
      ['silence', null],
    ]);
    const place = { function: 'health', file: join(run.workspace, 'lost_lock.py'), line };
    const waits = expect.objectContaining({ stack: expect.arrayContaining([place]), awaitedBy: [] });
    expect(graphs[0]?.tasks).not.toContainEqual(waits);
    expect(graphs[1]?.tasks).toContainEqual(waits);

    const [text] = run.result?.dumps.filter((file) => file.endsWith('-silence-tasks.txt')) ?? [];
    expect(readFileSync(join(run.reportDir, text ?? ''), 'utf8')).toContain(
      `    health (${place.file}:${line})\n`,
    );
    await expectRanOn(run, version, 'py-spy');
  });

  test.each(withTaskGraph)(
    'Python %s shows tasks that aborted streams leave behind',
    async (version, python) => {
      const run = await runOn(python, 'leaves_tasks', '--abort', 'reset', '--clients', '6');
      const line = culpritLine(join(run.workspace, 'leaves_tasks.py'));

      expect([run.exitCode, run.stderr, run.result?.reason]).toEqual([1, '', 'leak']);
      expect(run.result?.message).toMatch(
        /waiting tasks grow from \d to \d to \d\d after 0, 6, 1\d aborted streams/,
      );
      expect(run.result?.culprit).toEqual({ file: 'leaves_tasks.py', line, function: 'follow' });
      await expectRanOn(run, version, 'py-spy');
    },
  );
}
