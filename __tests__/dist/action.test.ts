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
import { linksOf, outline, tableRows } from '../support/runner/markdown-outline.ts';
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

  test('fails the step with an annotation on the line of the `with`, and one where the workers stand', () => {
    expect(step).toMatchObject({ exitCode: 1, conclusion: 'failure', leftBehind: [] });
    expect(step.annotations).toEqual([
      {
        level: 'error',
        title: expect.stringContaining('loop-blocked'),
        file: streamFile,
        line: lineOfWith(step.workspace),
        message: expect.stringMatching(/executor\.shutdown\(wait=True\).* Fix: /),
      },
      {
        level: 'notice',
        title: 'hang-gate: waited for',
        file: 'examples/news-backend/app/services/rss_ingestion.py',
        line: expect.any(Number),
        message: expect.stringMatching(/^The event loop, which stands at .*, waits for what runs here\./),
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
      'report-url': 'https://github.com/octo/news/actions/runs/4711/artifacts/101',
      'artifact-id': '102',
      'artifact-url': 'https://github.com/octo/news/actions/runs/4711/artifacts/102',
    });
    expect(Number(outputs['max-latency-ms'])).toBeGreaterThanOrEqual(2_000);
    expect(JSON.parse(outputs['result-json'] ?? '')).toEqual(readReport(step, 'result.json'));
  });

  test('uploads the report', () => {
    const [, artifact] = artifacts;
    expect(artifacts).toHaveLength(2);
    expect(artifact?.name).toMatch(/^hang-gate-test-1-/);
    const names = zipNames(artifact?.zip ?? Buffer.alloc(0));
    const dumps: string[] = readReport(step, 'result.json').dumps;
    expect(dumps).not.toEqual([]);
    expect(names.sort()).toEqual(
      ['backend.log', 'evidence.json', 'report.html', 'result.json', 'summary.md', ...dumps].sort(),
    );
  });

  test('uploads the page by itself, as a file that its link opens', () => {
    const [page] = artifacts;
    expect(page?.name).toMatch(/^hang-gate-test-1-[0-9a-f]{6}\.html$/);
    expect(page?.zip.toString()).toBe(readFileSync(join(step.reportDir, 'report.html'), 'utf8'));
  });

  test('leaves the report in its folder', () => {
    for (const name of ['backend.log', 'evidence.json', 'report.html', 'result.json', 'summary.md', 'dumps'])
      expect([name, existsSync(join(step.reportDir, name))]).toEqual([name, true]);
  });

  test('writes a summary with verdict, checks, latencies and folded stacks', () => {
    const page = outline(step.summary);
    expect(page.outside[0]).toMatch(/^## .* hang-gate: fail, loop-blocked$/);
    expect(tableRows(page, 'check')).toHaveLength(11);
    expect(tableRows(page, 'phase').map(([phase]) => phase)).toEqual([
      'baseline',
      'wave 1 streaming',
      'wave 1 after reset',
    ]);
    expect(tableRows(page, 'phase').at(-1)?.slice(2)).toEqual(
      Array.from({ length: 2 }, () => [
        expect.stringMatching(/^<code>.*×<\/code>$/),
        expect.stringMatching(/unanswered\*\*$/),
      ]).flat(),
    );
    expect(linksOf(step.summary)).toContainEqual([
      'this run',
      'https://github.com/octo/news/actions/runs/4711',
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
