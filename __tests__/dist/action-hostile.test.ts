/** A pull request's backend is not to be trusted: nothing that it prints or is named may steer the job or its report. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { copyAction } from '../support/runner/action-copy.ts';
import { ArtifactService } from '../support/runner/artifact-service.ts';
import { canary } from '../support/runner/canaries.ts';
import { parseCommand } from '../support/runner/command-syntax.ts';
import { fixtureCommand, type GateStep, readReport, runGateStep } from '../support/runner/gate-step.ts';
import { linksOf, outline } from '../support/runner/markdown-outline.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';

const action = copyAction();

describe('a backend that prints commands, escapes and Markdown', () => {
  const environment = join(temporaryFolder('environment'), 'environ.json');
  let step: GateStep;

  beforeAll(async () => {
    await using service = await ArtifactService.start('ok');
    step = await runGateStep({
      action,
      resultsUrl: service.url,
      inputs: {
        command: fixtureCommand('hostile_printer.py', environment),
        env: 'GIVEN=to the backend',
        'stream-headers': `Authorization: Bearer ${canary}`,
      },
    });
  });

  test('gets the verdict it deserves', () => {
    expect(step).toMatchObject({
      exitCode: 125,
      outputs: { verdict: 'inconclusive', reason: 'not-ready', culprit: '' },
      leftBehind: [],
    });
    expect(step.outputs['message']).toContain('3');
  });

  test('gives the runner no orders', () => {
    expectNoOrders(step);
    expect(step.annotations).toHaveLength(1);
  });

  test('breaks neither log nor summary', () => {
    expect(step.log).toContain('invalid UTF-8');
    expect(step.log).not.toMatch(escapes);
    expectIntactPage(step);
  });

  test('sees no secret', () => {
    const text = readFileSync(environment, 'utf8');
    const names = Object.keys(JSON.parse(text));
    expect(text).not.toContain(canary);
    expect(names.filter((name) => /^(ACTIONS_|GITHUB_|INPUT_|STATE_)/.test(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['GIVEN', 'PATH', 'HANG_GATE_RUN', 'RUNNER_TRACKING_ID']));
  });

  test('leaves no secret in the report', () => {
    expect(step.log).not.toContain(canary);
    expect(step.summary).not.toContain(canary);
    expect(JSON.stringify([readReport(step, 'evidence.json'), step.outputs])).not.toContain(canary);
  });
});

describe('a backend that blocks in code named like a command', () => {
  let step: GateStep;

  beforeAll(async () => {
    step = await runGateStep({ action, inputs: { command: fixtureCommand('hostile_frames.py', '{port}') } });
  });

  test('gets the verdict it deserves', () => {
    expect(step).toMatchObject({
      exitCode: 1,
      outputs: { verdict: 'fail', reason: 'loop-blocked' },
      leftBehind: [],
    });
    expect(readReport(step, 'result.json').culprit).toEqual({
      file: expect.stringMatching(/^x ::error/),
      line: 2,
      function: expect.stringMatching(/^block ::error/),
    });
  });

  test('gives the runner no orders', () => {
    expectNoOrders(step);
    expect(step.annotations).toHaveLength(1);
  });

  test('gives none to a later step that prints the outputs', () => {
    const printed = Object.values(step.outputs).flatMap((value) => value.split(/\r\n|\n|\r/));
    expect(printed.filter((line) => parseCommand(line, () => true))).toEqual([]);
  });

  test('breaks neither log nor summary', () => {
    expect(step.log).not.toMatch(escapes);
    expectIntactPage(step);
  });
});

test('a stack of a megabyte leaves a summary that GitHub takes', async () => {
  const step = await runGateStep({
    action,
    inputs: { command: fixtureCommand('hostile_frames.py', '{port}', 'long') },
  });
  expect(step.outputs['reason']).toBe('loop-blocked');
  expectIntactPage(step);
});

test('a py-spy that the pull request brought sees no secret', async () => {
  const folder = temporaryFolder('py-spy');
  const [pySpy, environment] = [join(folder, 'py-spy'), join(folder, 'environ.txt')];
  writeFileSync(pySpy, `#!/bin/sh\nenv > '${environment}'\necho 'py-spy 0.4.3'\n`, { mode: 0o755 });
  await runGateStep({ action, inputs: { command: 'exit 3', 'py-spy': pySpy } });
  expect(readFileSync(environment, 'utf8')).not.toContain(canary);
});

test('nor does a prlimit', async () => {
  const programs = temporaryFolder('prlimit');
  const environment = join(programs, 'environ.txt');
  writeFileSync(join(programs, 'prlimit'), `#!/bin/sh\nenv > '${environment}'\n`, { mode: 0o755 });
  await runGateStep({ action, programs, inputs: { command: 'exit 3', 'py-spy': 'off' } });
  expect(readFileSync(environment, 'utf8')).not.toMatch(new RegExp(`${canary}|^GITHUB_`, 'm'));
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there.
const escapes = /[\u0000-\u0008\u000b-\u001f\u007f\u009b]/;

function expectNoOrders(step: GateStep): void {
  const { annotations, outputs, masks, commandsStopped, files, states } = step;
  expect(annotations.map(({ title }) => title)).toEqual([`hang-gate: ${outputs['reason']}`]);
  expect(annotations.map(({ file }) => file)).not.toContain('forged.py');
  // The gate itself has those masked that are in its settings.
  expect(masks.filter((mask) => !mask.includes(canary))).toEqual([]);
  expect(commandsStopped).toBe(false);
  expect([files.GITHUB_ENV, files.GITHUB_PATH]).toEqual(['', '']);
  expect(Object.keys(states)).toEqual(['record', 'reported']);
}

const ownRun = /^https:\/\/github\.com\/octo\/news\/actions\/runs\/4711(\/artifacts\/\d+)?$/;

/** Nothing of the backend's is outside of code, and everything that was opened is closed. */
function expectIntactPage({ summary }: GateStep): void {
  const page = outline(summary);
  const markup = page.outside.join('\n').replace(/<code>[^<]*<\/code>/g, '');
  expect(page.open).toBe(false);
  expect(markup.match(/<\/details>/g)?.length ?? 0).toBe(markup.match(/<details>/g)?.length ?? 0);
  expect(markup).not.toMatch(/<script|<\/pre|<\/code/);
  const foreign = linksOf(summary).filter(([, address]) => !ownRun.test(address));
  expect(foreign).toEqual([]);
  expect(page.outside.filter((line) => /^(# |::|##\[|~~~)/.test(line))).toEqual([]);
  expect(page.outside.at(-2)).toMatch(/^<sub>hang-gate /);
  expect(summary).not.toMatch(escapes);
}
