/** Every supported server, with the example's blocking and fixed stream: `docs/servers.md` has a row for each. */
import { describe, expect, test } from '@jest/globals';
import { expectNothingLeft } from '../support/cli/run-cli.ts';
import { exampleCulprit, gateExample, servers } from '../support/cli/servers.ts';

describe.each(Object.entries(servers))('%s', (_, { command, workers }) => {
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
    await expectNothingLeft(run);
  });
});
