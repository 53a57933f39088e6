/** Every supported server, with the example's blocking and fixed stream: `docs/servers.md` has a row for each. */
import { describe, expect, test } from '@jest/globals';
import { type CliRun, expectNothingLeft, newWorkspace, runCli, short } from '../support/cli/run-cli.ts';
import { exampleCulprit, gateExample, gunicorn, servers } from '../support/cli/servers.ts';

/** Roles of what was seen, workers apart. */
function rolesIn(run: CliRun, isWorker: boolean): string[] {
  const roles = run.result?.processes.map(({ role }) => role) ?? [];
  return roles.filter((role) => (role === 'worker') === isWorker).sort();
}

describe.each(Object.entries(servers))('%s', (_, { command, workers, others }) => {
  test('one hung worker is found, with its line', async () => {
    const run = await gateExample('blocking', command);
    expect([run.exitCode, run.result?.verdict, run.result?.reason]).toEqual([1, 'fail', 'loop-blocked']);
    expect(run.result?.culprit).toMatchObject(exampleCulprit());
    const hung = run.evidence?.loops.find(({ pid }) => pid === run.result?.findings[0]?.pid);
    expect(hung?.stints.some(({ durationMs }) => durationMs >= 2_500)).toBe(true);
    await expectNothingLeft(run);
  });

  test('a healthy one passes, every loop seen free', async () => {
    const run = await gateExample('fixed', command);
    expect([run.exitCode, run.result?.verdict, run.result?.reason]).toEqual([0, 'pass', 'healthy']);
    const loops = run.evidence?.loops.filter(({ samplesAtSelector }) => samplesAtSelector > 0);
    expect(loops?.length).toBeGreaterThanOrEqual(workers);
    expect(rolesIn(run, true)).toHaveLength(workers);
    expect(rolesIn(run, false)).toEqual(others);
    await expectNothingLeft(run);
  });
});

const quick = ['--deadline', '2s', '--hold', '300ms', '--settle', '300ms'];

test.each(['uvicorn --workers 2', 'granian --workers 2'])(
  'without any stack, the master of %s owes no proof',
  async (name) => {
    const { command = [], workers } = servers[name] ?? {};
    const run = await gateExample('fixed', command, ['--py-spy', 'off', '--waves', '1', ...quick]);
    expect([run.exitCode, run.result?.verdict, run.result?.reason]).toEqual([0, 'pass', 'healthy']);
    expect(run.evidence?.dumps.some(({ threads }) => threads.some(({ frames }) => frames.length > 0))).toBe(
      false,
    );
    expect(rolesIn(run, true)).toHaveLength(workers ?? 0);
    await expectNothingLeft(run);
  },
);

test('a worker that hangs before its loop keeps a run from being green, its master does not', async () => {
  const workspace = newWorkspace();
  const run = await runCli({
    args: ['run', ...short, '--waves', '1', '--clients', '1'],
    command: gunicorn('uvicorn_worker.UvicornWorker', 'hangs_second_worker:app'),
    workspace,
  });

  expect(run).toMatchObject({
    exitCode: 125,
    stderr: '',
    result: { verdict: 'inconclusive', reason: 'loop-unproven' },
  });
  const roles = new Map(run.result?.processes.map(({ pid, role }) => [role, pid]));
  expect([...roles.keys()].sort()).toEqual(['backend', 'master', 'worker']);
  expect(run.result?.message).toContain(`pid ${roles.get('backend')} was not seen free`);
  await expectNothingLeft(run);
});
