/** The children of a worker's process pools serve nobody, so nothing that they do is the backend's hang. */
import { expect, test } from '@jest/globals';
import { expectNothingLeft, runApp, short } from '../support/cli/run-cli.ts';

test.each([
  ['with py-spy', 'auto'],
  ['without any stack', 'off'],
])('busy children of process pools leave a healthy backend green, %s', async (_, pySpy) => {
  const run = await runApp('process_pools', [...short, '--waves', '1', '--py-spy', pySpy]);

  expect(run).toMatchObject({ exitCode: 0, stderr: '', result: { verdict: 'pass', reason: 'healthy' } });
  const processes = run.evidence?.processes ?? [];
  const [worker, ...helpers] = processes;
  expect(worker?.role).toBe('worker');
  // One forked, one spawned, and the resource tracker that spawning needs.
  expect(helpers.map(({ role }) => role)).toEqual(['helper', 'helper', 'helper']);
  expect(helpers.filter(({ commandLine }) => commandLine.includes('resource_tracker'))).toHaveLength(1);
  expect([...new Set(run.evidence?.dumps.map(({ pid }) => pid))]).toEqual([worker?.pid]);
  expect(run.evidence?.loops.map(({ pid }) => pid)).toEqual([worker?.pid]);
  await expectNothingLeft(run);
});
