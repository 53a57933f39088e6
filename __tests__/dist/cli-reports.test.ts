/** What real runs write is what its readers take, and what `diagnose` writes again. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { app, type CliRun, newWorkspace, runApp, runCli, short } from '../support/cli/run-cli.ts';
import { validator } from '../support/validate.ts';
import { casesOf, readJunit } from '../support/xml.ts';

const schemas = {
  'result.json': validator('schemas/result.schema.json'),
  'evidence.json': validator('schemas/evidence.schema.json'),
  'results.sarif': validator('__tests__/support/schemas/sarif-2.1.0.json'),
  'stacks.speedscope.json': validator('__tests__/support/schemas/speedscope.json'),
};
const everything = ['junit.xml', 'stacks.collapsed.txt', 'summary.md', ...Object.keys(schemas)].sort();
const reporters = ['--reporter', 'summary, junit', '--reporter', 'sarif', '--reporter', 'stacks'];
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const reportsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => everything.includes(name))
    .sort();

describe.each([
  { name: 'blocks_on_abort', verdict: 'fail' },
  { name: 'healthy', verdict: 'pass' },
])('a run of $name', ({ name, verdict }) => {
  let run: CliRun;
  beforeAll(async () => {
    run = await runApp(name, [...short, ...reporters]);
    expect(run.result?.verdict).toBe(verdict);
  });

  test('writes everything that was asked for, and says so to no one else', () => {
    expect(reportsIn(run.reportDir)).toEqual(everything);
    expect(run.stderr).toBe('');
  });

  test.each(Object.entries(schemas))('%s is valid', (file, errorsOf) => {
    expect(errorsOf(JSON.parse(read(run.reportDir, file)))).toEqual([]);
  });

  test('junit.xml tells the verdict', () => {
    const outcomes = new Set(
      casesOf(readJunit(read(run.reportDir, 'junit.xml'))).map(({ outcome }) => outcome),
    );
    expect([...outcomes].sort()).toEqual(verdict === 'pass' ? ['passed'] : ['failure', 'skipped']);
  });

  test('diagnose renders the same reports again', async () => {
    const folder = join(run.workspace, 'again');
    cpSync(join(run.reportDir, 'evidence.json'), join(folder, 'evidence.json'));
    await runCli({ args: ['diagnose', join(folder, 'evidence.json'), ...reporters] });
    expect(reportsIn(folder)).toEqual(everything);
    for (const file of everything.filter((each) => each !== 'evidence.json'))
      expect({ file, text: read(folder, file) }).toEqual({ file, text: read(run.reportDir, file) });
  });
});

test('without being asked, diagnose writes nothing, and with a folder it writes there', async () => {
  const workspace = newWorkspace();
  const args = ['run', ...short, '--waves', '1', '--abort', 'close'];
  const { reportDir } = await runCli({ args, command: app(workspace, 'healthy'), workspace });
  expect(reportsIn(reportDir)).toEqual(['evidence.json', 'result.json', 'summary.md']);
  for (const file of ['result.json', 'summary.md']) rmSync(join(reportDir, file));

  const evidence = join(reportDir, 'evidence.json');
  expect((await runCli({ args: ['diagnose', evidence], workspace })).exitCode).toBe(0);
  expect(reportsIn(reportDir)).toEqual(['evidence.json']);

  const there = ['--report-dir', 'there/reports', '--reporter', 'junit'];
  expect((await runCli({ args: ['diagnose', evidence, ...there], workspace })).exitCode).toBe(0);
  expect(reportsIn(join(workspace, 'there/reports'))).toEqual(['junit.xml', 'result.json']);
});

test.each([
  [
    ['--reporter', 'junti'],
    /"reporter" \(flag --reporter\) got \["junti"\]; it takes any of .*; did you mean "junit"\?/,
  ],
  [['--deadline', '2s'], /diagnose takes one file and then maybe --reporter and --report-dir/],
])('diagnose refuses %j, and writes nothing', async (flags, said) => {
  const workspace = newWorkspace();
  const run = await runCli({ args: ['diagnose', 'evidence.json', ...flags], workspace });
  expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  expect(run.stderr).toMatch(said);
  expect(existsSync(join(workspace, 'result.json'))).toBe(false);
});
