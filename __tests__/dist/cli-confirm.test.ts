/** A failure that only lost time shows is looked for once more on a fresh boot, before anybody is blamed. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Evidence } from '../../src/evidence/schema.ts';
import { type CliRun, expectNothingLeft, runApp, runCli, short, startApp } from '../support/cli/run-cli.ts';

/** What each attempt ended as; its message is only there to be seen when this fails. */
function expectOutcome(
  { exitCode, stderr, result }: CliRun,
  code: number,
  reason: string,
  attempts: string[],
) {
  const messages = result?.attempts.map(({ message }) => message);
  const got = [exitCode, stderr, result?.reason, result?.attempts.map((attempt) => attempt.reason), messages];
  expect(got).toEqual([code, '', reason, attempts, messages]);
}
const portOf = (evidence: Evidence | undefined) => evidence && new URL(evidence.plan.origin).port;

test('what two boots show is a failure, and both are told', async () => {
  const run = await runApp('lost_lock', [...short, '--waves', '1', '--clients', '1']);
  expectOutcome(run, 1, 'service-unresponsive', Array(2).fill('service-unresponsive'));
  expect(run.result?.message).toMatch(
    /^`\/health` did not answer .* \(reproduced 2 of 2, each on a fresh boot\)\.$/,
  );
  expect(run.stdout).toContain('Attempt 2 of 2, on a fresh boot: the first ended as service-unresponsive');
  expect(run.stdout).toContain('first-attempt/');

  const { evidence, reportDir } = run;
  expect(portOf(evidence)).not.toBe(portOf(evidence?.earlier));
  expect(readdirSync(join(reportDir, 'first-attempt')).sort()).toEqual(['backend.log', 'dumps']);
  const files = run.result?.dumps ?? [];
  expect(files.some((file) => file.startsWith('first-attempt/dumps/'))).toBe(true);
  for (const file of files) expect(existsSync(join(reportDir, file))).toBe(true);

  const again = await runCli({ args: ['diagnose', join(reportDir, 'evidence.json')] });
  expect([again.exitCode, again.stdout]).toEqual([1, expect.stringContaining('reproduced 2 of 2')]);
  await expectNothingLeft(run);
});

test('what one boot of two shows blames nobody and is not green', async () => {
  const run = await runApp('loses_lock_once', [...short, '--waves', '1', '--clients', '1']);
  expectOutcome(run, 125, 'not-reproduced', ['service-unresponsive', 'healthy']);
  expect(run.result?.message).toMatch(
    /^Seen in 1 of 2 attempts, so nobody is blamed: `\/health` did not answer for \d.* On a fresh boot every probe was answered, the slowest after \d+ ms\.$/,
  );
  expect(run.result?.culprit).toBeNull();
  await expectNothingLeft(run);
});

test('with confirm off the first attempt is taken at its word', async () => {
  const run = await runApp('loses_lock_once', [
    ...short,
    '--waves',
    '1',
    '--clients',
    '1',
    '--confirm',
    'off',
  ]);
  expectOutcome(run, 1, 'service-unresponsive', ['service-unresponsive']);
});

test('an interruption ends the second attempt like the first', async () => {
  const gate = startApp('lost_lock', [...short, '--waves', '1', '--clients', '1']);
  await gate.until(() => /Attempt 2 of 2.*baseline/s.test(gate.stdout()));
  gate.kill('SIGINT');
  const run = await gate.ended;
  expectOutcome(run, 130, 'interrupted', ['service-unresponsive', 'interrupted']);
  await expectNothingLeft(run);
});
