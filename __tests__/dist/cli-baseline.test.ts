/** A run beside an earlier one: what is known, what is new, and what cannot be compared. */
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type CliRun, expectNothingLeft, runApp, short } from '../support/cli/run-cli.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';

describe('beside a run with the same hang', () => {
  const folder = join(temporaryFolder('baseline'), 'base');
  const baseline = ['--baseline', folder];
  let first: CliRun;

  beforeAll(async () => {
    first = await runApp('blocks_on_abort', short);
    cpSync(join(first.reportDir, 'result.json'), join(folder, 'result.json'));
  });

  test('it still fails, and says that it is known', async () => {
    const run = await runApp('blocks_on_abort', [...short, ...baseline]);
    expect(run).toMatchObject({ exitCode: 1, result: { reason: 'loop-blocked' } });
    expect(run.result?.baseline?.findings).toMatchObject([{ change: 'known' }]);
    expect(run.stdout).toContain('In the baseline too: ');
    await expectNothingLeft(run);
  });

  test('it passes where only new findings count, and its evidence says so again', async () => {
    const run = await runApp('blocks_on_abort', [...short, ...baseline, '--new-only', 'true']);
    expect(run).toMatchObject({ exitCode: 0, result: { verdict: 'pass', reason: 'known-findings' } });
    expect(run.stdout).toMatch(/PASS known-findings\n {2}Nothing new beside what the baseline has too/);
    expect(run.stdout).toContain('warning: ');
    expect(run.evidence?.baseline?.result.findings).toMatchObject([{ level: 'error' }]);
    await expectNothingLeft(run);
  });

  test('the report of the run before may be the baseline, although the new one takes its place', async () => {
    const run = await runApp('blocks_on_abort', [...short, '--baseline', folder, '--report-dir', folder]);
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.stdout).toContain('In the baseline too: ');
    cpSync(join(first.reportDir, 'result.json'), join(folder, 'result.json'));
  });

  test('another hang fails there too', async () => {
    const run = await runApp('cpu_spins_on_abort', [...short, ...baseline, '--new-only', 'true']);
    expect(run).toMatchObject({ exitCode: 1, result: { verdict: 'fail', reason: 'loop-blocked' } });
    expect(run.result?.baseline?.findings.map(({ change }) => change)).toEqual(['new', 'unseen']);
    await expectNothingLeft(run);
  });

  test('other settings are an error, and nothing is started', async () => {
    const run = await runApp('blocks_on_abort', [...short, ...baseline, '--clients', '7']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/setting "baseline".*clients \d+ and not 7/);
    expect(existsSync(run.reportDir)).toBe(false);
  });
});

test('a baseline that is not there is an error, and nothing is started', async () => {
  const run = await runApp('healthy', [...short, '--baseline', 'nowhere']);
  expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  expect(run.stderr).toMatch(/setting "baseline" got "nowhere": there is no such file or folder/);
  expect(existsSync(run.reportDir)).toBe(false);
});
