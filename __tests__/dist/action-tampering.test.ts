/** A pull request's backend is the runner's user: what it may not change is put back, and what it may not see is not there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { copyAction } from '../support/runner/action-copy.ts';
import { ArtifactService } from '../support/runner/artifact-service.ts';
import { canary } from '../support/runner/canaries.ts';
import { fixtureCommand, runGateStep } from '../support/runner/gate-step.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';
import { unzip, zipOf } from '../support/unzip.ts';

const action = copyAction();
const step = (inputs: Record<string, string>, ...words: string[]) => ({
  action,
  inputs: { ...inputs, command: fixtureCommand('hostile_report.py', '{port}', ...words) },
});

test('a backend that writes into the command files steers nothing, and is not green', async () => {
  const run = await runGateStep(step({}, 'files'));
  expect(run).toMatchObject({
    exitCode: 125,
    outputs: { verdict: 'inconclusive', reason: 'gate-failed' },
    leftBehind: [],
  });
  expect(run.outputs['message']).toMatch(/GITHUB_OUTPUT, GITHUB_ENV, GITHUB_PATH, GITHUB_STEP_SUMMARY/);
  expect(run.outputs).not.toHaveProperty('forged');
  expect([run.files.GITHUB_ENV, run.files.GITHUB_PATH]).toEqual(['', '']);
  expect(run.summary).not.toMatch('forged');
});

test('a backend that looks into the environment of the gate sees no secret', async () => {
  const seen = join(temporaryFolder('environment'), 'seen.json');
  await using service = await ArtifactService.start('ok');
  const run = await runGateStep({
    ...step({ artifact: 'always', comment: 'on-change', 'github-token': canary }, 'look', seen),
    resultsUrl: service.url,
  });
  const text = readFileSync(seen, 'utf8');
  const entries: string[] = JSON.parse(text);
  expect(entries).toContainEqual(expect.stringMatching(/^RUNNER_TEMP=\//));
  // What is left are addresses, and a state of no meaning.
  const shown = entries.filter((entry) => entry.includes(canary)).map((entry) => entry.replace(/=.*/s, ''));
  expect(shown.filter((name) => !/_URL$|^STATE_/.test(name))).toEqual([]);
  expect(entries).toContainEqual(expect.stringMatching(/^(ACTIONS_RUNTIME|GITHUB)_TOKEN=$/));
  // The gate itself has them still.
  expect(run.outputs['artifact-id']).toMatch(/^\d+$/);
});

test('a file that the backend names after a secret gives it away nowhere', async () => {
  const run = await runGateStep({
    ...step({ env: `API_TOKEN=${canary}` }, 'name'),
  });
  expect(run.outputs).toMatchObject({ reason: 'gate-failed', message: expect.stringContaining('dumps/***') });
  const { log, summary, annotations, outputs } = run;
  expect(JSON.stringify({ log, summary, annotations, outputs })).not.toContain(canary);
  expect(run.outputs['message']?.length).toBeLessThan(2_000);
});

test('what the backend has put into the report is not uploaded', async () => {
  await using service = await ArtifactService.start('ok');
  const run = await runGateStep({ ...step({ artifact: 'always' }, 'forge'), resultsUrl: service.url });
  const files = unzip(zipOf(service));
  expect(run.annotations.map(({ title }) => title)).toEqual(['hang-gate: gate-failed']);
  expect(run.summary).toMatch(
    'dumps/## [error]x'.replaceAll('#', '&#35;').replace('[', '&#91;').replace(']', '&#93;'),
  );
  expect(Object.keys(files)).not.toContain('forged.html');
  expect(Object.values(files).filter((content) => content.includes('forged'))).toEqual([]);
  expect(JSON.parse(String(files['result.json']))).toMatchObject({ reason: 'gate-failed' });
});
