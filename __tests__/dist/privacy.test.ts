/** No secret that reaches the gate leaves it again: not in the report, not in the log, and not in what GitHub shows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { app, type CliRun, newWorkspace, runCli, short } from '../support/cli/run-cli.ts';
import { copyAction } from '../support/runner/action-copy.ts';
import { ArtifactService } from '../support/runner/artifact-service.ts';
import { fixtureCommand, type GateStep, runGateStep } from '../support/runner/gate-step.ts';
import { expectNoSecret, given, leakerSettings } from '../support/secrets.ts';
import { unzip, zipOf } from '../support/unzip.ts';

function filesOf(folder: string): Record<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    entries.map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name))]),
  );
}

describe('at a terminal', () => {
  let run: CliRun;

  beforeAll(async () => {
    const workspace = newWorkspace();
    const flags = Object.entries(leakerSettings).flatMap(([name, value]) => [`--${name}`, value]);
    const words = [...app(workspace, 'hostile_leaker'), '--token', given.argument];
    // The evidence keeps 500 signs of a command line, which end within a secret here.
    const filler = 'x'.repeat(485 - words.join(' ').replace('{port}', '12345').length);
    run = await runCli({
      args: ['run', ...short, ...flags],
      command: [...words, filler, given.argument],
      workspace,
    });
  });

  test('the hang is found', () => {
    expect(run).toMatchObject({ exitCode: 1, stderr: '', result: { reason: 'loop-blocked' } });
    expect(run.result?.culprit).toEqual({ file: 'leaked.py', line: 4, function: 'block ***' });
  });

  test('no secret is shown or written', () => {
    const files = filesOf(run.reportDir);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['backend.log', 'evidence.json', 'report.html', 'result.json', 'summary.md']),
    );
    expectNoSecret({ ...files, stdout: run.stdout, stderr: run.stderr });
  });

  test('nor is the half of one', () => {
    const [line = ''] = run.evidence?.processes.map(({ commandLine }) => commandLine) ?? [];
    expect(line).toMatch(/x \*\*\*…$/);
    // The fixture writes the name of a function with other signs.
    expect(JSON.stringify(run.evidence)).not.toMatch(/canary[-.]/);
  });

  test('what is no secret stays readable', () => {
    const log = readFileSync(join(run.reportDir, 'backend.log'), 'utf8');
    expect(log).toMatch('leak: ***\n');
    expect(log).toMatch('slowly: ***\n');
    expect(log).toMatch('DSN postgresql://***@db:5432/shop\n');
    expect(log).toMatch("somebody's amqp://***@queue:5672/\n");
    expect(log).toMatch(
      '{"password": "***", "message": "hello"}'.replaceAll(': ', ':').replaceAll(', ', ','),
    );
    expect(run.evidence?.plan.command).toMatch(/hostile_leaker\.py'? \d+ --token '?\*\*\*/);
    expect(run.evidence?.sources.flatMap(({ lines }) => lines)).toContain('    time.sleep(60)  # ***');
  });
});

describe('on GitHub', () => {
  let step: GateStep;
  let artifact: Record<string, Buffer>;
  let page: Buffer;

  beforeAll(async () => {
    await using service = await ArtifactService.start('ok');
    step = await runGateStep({
      action: copyAction(),
      resultsUrl: service.url,
      inputs: {
        ...leakerSettings,
        command: `${fixtureCommand('hostile_leaker.py', '{port}')} --token '${given.argument}'`,
      },
    });
    const html = service.artifacts.find(({ name }) => name.endsWith('.html'));
    artifact = unzip(zipOf(service));
    page = html?.zip ?? Buffer.alloc(0);
  });

  test('the hang is found', () => {
    expect(step.outputs).toMatchObject({ reason: 'loop-blocked', culprit: 'leaked.py:4' });
  });

  test('no secret is shown, written or uploaded', () => {
    expect(Object.keys(artifact).sort()).toEqual(
      expect.arrayContaining(['backend.log', 'evidence.json', 'result.json', 'summary.md']),
    );
    expect(Object.keys(artifact).some((name) => name.startsWith('dumps/'))).toBe(true);
    expect(page.toString()).toContain('loop-blocked');
    expectNoSecret({
      ...artifact,
      page,
      ...filesOf(step.reportDir),
      summary: step.summary,
      log: step.log,
      outputs: JSON.stringify(step.outputs),
      annotations: JSON.stringify(step.annotations),
      files: JSON.stringify(step.files),
    });
  });

  test('the runner is told of each', () => {
    expect(step.masks).toEqual(expect.arrayContaining(Object.values(given)));
  });
});
