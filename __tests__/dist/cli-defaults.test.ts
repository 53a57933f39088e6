/** The example backend, with the settings that a user gets without giving any. */
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type CliRun,
  expectNothingLeft,
  newWorkspace,
  python,
  repository,
  runCli,
} from '../support/cli/run-cli.ts';

const seconds = 1_000;
/** Beyond the deadline of 5 s, the verdict may take this long; a loaded machine gets twice the time. */
const verdictMs = 2 * (5 + 3) * seconds;
const firstDumpMs = 2 * 1.5 * seconds;

async function runExample(variant: 'blocking' | 'fixed'): Promise<CliRun> {
  const workspace = newWorkspace();
  cpSync(join(repository, 'examples', 'news-backend', 'app'), join(workspace, 'app'), {
    recursive: true,
    filter: (path) => basename(path) !== '__pycache__',
  });
  return runCli({
    args: ['run', '--env', `NEWS_STREAM=${variant}`],
    command: [python, '-m', 'uvicorn', 'app.main:app', '--port', '{port}'],
    workspace,
  });
}

describe('the blocking stream of the example', () => {
  let run: CliRun;

  beforeAll(async () => {
    run = await runExample('blocking');
  });

  test('fails, and the line that opens the pool is the culprit', () => {
    const file = 'app/api/routes/stream.py';
    const lines = readFileSync(join(run.workspace, file), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.includes('with ThreadPoolExecutor(max_workers')) + 1;

    expect(run).toMatchObject({ exitCode: 1, stderr: '' });
    expect(run.result).toMatchObject({
      verdict: 'fail',
      reason: 'loop-blocked',
      culprit: { file, line, function: 'news_events' },
    });
    expect(run.stdout).toContain(`${file}:${line}`);
  });

  test('says what the loop waits for', () => {
    expect(run.result?.message).toMatch(
      /^`\/` and `\/health` did not answer .*ThreadPoolExecutor.*fetch_feed/,
    );
  });

  test('has a verdict soon after the deadline', () => {
    const blockedAtMs = run.result?.stalls[0]?.startMs ?? Number.NaN;

    expect((run.result?.durationMs ?? Number.NaN) - blockedAtMs).toBeLessThan(verdictMs);
    expect(run.wallMs - blockedAtMs).toBeLessThan(verdictMs + 2 * seconds);
  });

  test('has its first stack soon after the block', () => {
    const [stall] = run.result?.stalls ?? [];

    expect((stall?.firstDumpMs ?? Number.NaN) - (stall?.startMs ?? Number.NaN)).toBeLessThan(firstDumpMs);
  });

  test('leaves its dumps on disk, for programs and for people', () => {
    const dumps = run.result?.dumps ?? [];

    expect(dumps).toEqual(
      expect.arrayContaining([expect.stringMatching(/\.json$/), expect.stringMatching(/\.txt$/)]),
    );
    expect(dumps.filter((file) => statSync(join(run.reportDir, file)).size === 0)).toEqual([]);
  });

  test('leaves nothing running', () => expectNothingLeft(run));

  test('is judged alike by `diagnose`', async () => {
    const again = await runCli({
      args: ['diagnose', join('hang-gate-report', 'evidence.json')],
      workspace: run.workspace,
    });

    expect(again).toMatchObject({ exitCode: 1, stderr: '', result: run.result });
    expect(run.stdout.endsWith(again.stdout)).toBe(true);
    expect(again.stdout).toContain(run.result?.culprit?.file);
  });
});

test('the fixed stream of the example passes, and `diagnose` agrees', async () => {
  const run = await runExample('fixed');

  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.result).toMatchObject({ verdict: 'pass', reason: 'healthy', culprit: null });
  expect(run.result?.streams.events).toBeGreaterThan(0);
  expect(run.evidence?.upstream.stalled).toBeGreaterThan(0);
  expect(run.evidence?.waves.map(({ abort }) => abort)).toEqual(['reset', 'close', 'early']);
  await expectNothingLeft(run);

  const again = await runCli({
    args: ['diagnose', join(run.reportDir, 'evidence.json')],
    workspace: run.workspace,
  });
  expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout.endsWith(again.stdout)).toBe(true);
});

describe('diagnose', () => {
  const cases = {
    'a file that is missing': (_file: string) => {},
    'a file that is no JSON': (file: string) => writeFileSync(file, 'not\na dump'),
    'a file that commands the terminal': (file: string) => writeFileSync(file, '\x1b]0;owned\x07 no JSON'),
    'an empty file': (file: string) => writeFileSync(file, ''),
    'JSON that is no evidence': (file: string) => writeFileSync(file, '[1, 2]'),
    'evidence of another version': (file: string) => writeFileSync(file, '{"schemaVersion": 0}'),
  };

  test.each(Object.entries(cases))('refuses %s in one sentence', async (_name, write) => {
    const workspace = newWorkspace();
    write(join(workspace, 'given.json'));
    const run = await runCli({ args: ['diagnose', 'given.json'], workspace });

    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/^hang-gate: [^\n]*given\.json[^\n]*\n$/);
    expect(run.stderr).not.toContain('\x1b');
  });

  test.each([[[]], [['one.json', 'two.json']]])('takes one file, not %j', async (files) => {
    const run = await runCli({ args: ['diagnose', ...files] });

    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/^hang-gate: diagnose takes one file[^\n]*\n$/);
  });
});
