/** The bundled Action in an emulated runner, against the example backend: verdicts, outputs, summary, artifact. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { copyAction } from '../support/runner/action-copy.ts';
import { ArtifactService, type UploadedArtifact } from '../support/runner/artifact-service.ts';
import {
  type GateStep,
  newsInputs,
  newsWorkspace,
  readReport,
  runGateStep,
} from '../support/runner/gate-step.ts';
import { outline, tableRows } from '../support/runner/markdown-outline.ts';
import { zipNames } from '../support/runner/zip-names.ts';

const streamFile = 'examples/news-backend/app/api/routes/stream.py';
const action = copyAction();

describe('the blocking route', () => {
  let step: GateStep;
  let artifacts: readonly UploadedArtifact[];

  beforeAll(async () => {
    await using service = await ArtifactService.start('ok');
    step = await runGateStep({ action, inputs: newsInputs('blocking'), resultsUrl: service.url });
    artifacts = service.artifacts;
  });

  test('fails the step with one annotation on the line of the `with`', () => {
    expect(step).toMatchObject({ exitCode: 1, conclusion: 'failure', leftBehind: [] });
    expect(step.annotations).toEqual([
      {
        level: 'error',
        title: expect.stringContaining('loop-blocked'),
        file: streamFile,
        line: lineOfWith(step.workspace),
        message: expect.stringMatching(/executor\.shutdown\(wait=True\).* Fix: /),
      },
    ]);
  });

  test('sets every output', () => {
    const { outputs, reportDir, workspace } = step;
    expect(outputs).toMatchObject({
      verdict: 'fail',
      reason: 'loop-blocked',
      message: expect.stringContaining(streamFile),
      culprit: `${streamFile}:${lineOfWith(workspace)}`,
      'max-latency-ms': expect.stringMatching(/^\d{4}$/),
      'report-dir': reportDir,
      'artifact-id': '101',
      'artifact-url': 'https://github.com/octo/news/actions/runs/4711/artifacts/101',
    });
    expect(Number(outputs['max-latency-ms'])).toBeGreaterThanOrEqual(2_000);
    expect(JSON.parse(outputs['result-json'] ?? '')).toEqual(readReport(step, 'result.json'));
  });

  test('uploads the report', () => {
    const [artifact] = artifacts;
    expect(artifacts).toHaveLength(1);
    expect(artifact?.name).toMatch(/^hang-gate-test-1-/);
    const names = zipNames(artifact?.zip ?? Buffer.alloc(0));
    const dumps: string[] = readReport(step, 'result.json').dumps;
    expect(dumps).not.toEqual([]);
    expect(names.sort()).toEqual(
      ['backend.log', 'evidence.json', 'result.json', 'summary.md', ...dumps].sort(),
    );
  });

  test('leaves the report in its folder', () => {
    for (const name of ['backend.log', 'evidence.json', 'result.json', 'summary.md', 'dumps'])
      expect([name, existsSync(join(step.reportDir, name))]).toEqual([name, true]);
  });

  test('writes a summary with verdict, checks, latencies and folded stacks', () => {
    const page = outline(step.summary);
    expect(page.outside[0]).toMatch(/^## .* hang-gate: fail, loop-blocked$/);
    expect(tableRows(page, 'check')).toHaveLength(11);
    expect(tableRows(page, 'median / slowest').map(([route]) => route)).toEqual([
      '<code>/</code>',
      '<code>/health</code>',
    ]);
    expect(step.summary).toMatch(/<details><summary>Stacks of pid \d+ /);
    expect(page.fences.join('\n')).toMatch(/ThreadPoolExecutor\.shutdown|\bshutdown \(/);
    expect(page.open).toBe(false);
  });
});

describe('the fixed route', () => {
  let step: GateStep;
  let calls: readonly string[];

  beforeAll(async () => {
    await using service = await ArtifactService.start('ok');
    step = await runGateStep({ action, inputs: newsInputs('fixed'), resultsUrl: service.url });
    calls = service.calls;
  });

  test('passes the step without a word', () => {
    expect(step).toMatchObject({ exitCode: 0, conclusion: 'success', annotations: [], leftBehind: [] });
    expect(step.outputs).toMatchObject({ verdict: 'pass', reason: 'healthy', culprit: '' });
  });

  test('uploads nothing', () => {
    expect(calls).toEqual([]);
    expect(step.outputs['artifact-id'] ?? '').toBe('');
  });

  test('writes a summary', () => {
    const page = outline(step.summary);
    expect(page.outside[0]).toMatch(/^## .* hang-gate: pass, healthy$/);
    expect(tableRows(page, 'check')).toHaveLength(13);
  });
});

test('the config file counts where no input says otherwise', async () => {
  const workspace = newsWorkspace();
  const config = join(workspace, 'hang-gate.yml');
  writeFileSync(config, 'clients: 2\nprobes: /health\nhold: 5s\n');
  const step = await runGateStep({
    action,
    workspace,
    inputs: { ...newsInputs('fixed'), config: 'hang-gate.yml' },
  });
  expect(step.outputs['verdict']).toBe('pass');
  const { plan, waves, probeRoutes } = readReport(step, 'evidence.json');
  expect(plan.clients).toBe(2);
  expect(probeRoutes).toMatchObject([{ path: '/health', chosen: 'asked' }]);
  expect(waves[0].abortedMs - waves[0].openedMs).toBeLessThan(5_000);
});

test('a misspelt input is one error that names it and the input that was meant; nothing is started', async () => {
  const workspace = newsWorkspace();
  const step = await runGateStep({
    action,
    workspace,
    inputs: { command: 'touch started', prbes: '/health' },
  });
  expect(step).toMatchObject({ exitCode: 2, conclusion: 'failure', leftBehind: [] });
  const errors = step.annotations.filter(({ level }) => level === 'error');
  expect(errors).toEqual([
    expect.objectContaining({
      title: 'hang-gate: wrong settings',
      message: expect.stringMatching(/prbes.*did you mean "probes"/),
    }),
  ]);
  expect(existsSync(join(workspace, 'started'))).toBe(false);
  expect(existsSync(step.reportDir)).toBe(false);
});

test('a wrong value is one error that names the input, the value and what it takes', async () => {
  const workspace = newsWorkspace();
  const step = await runGateStep({
    action,
    workspace,
    inputs: { command: 'touch started', deadline: 'soon' },
  });
  expect(step).toMatchObject({ exitCode: 2, conclusion: 'failure', leftBehind: [] });
  expect(step.annotations).toEqual([
    expect.objectContaining({
      level: 'error',
      message: expect.stringMatching(/"deadline".*"soon".*a duration/),
    }),
  ]);
  expect(existsSync(join(workspace, 'started'))).toBe(false);
});

function lineOfWith(workspace: string): number {
  const lines = readFileSync(join(workspace, streamFile), 'utf8').split('\n');
  return lines.findIndex((line) => line.trim().startsWith('with ThreadPoolExecutor(')) + 1;
}
