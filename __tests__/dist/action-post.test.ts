/** The post step: silent after a main that came to its end, and after one that was killed it cleans up and reports. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { accepts } from '../support/cli/accepts.ts';
import { makeEvidence } from '../support/make-evidence.ts';
import { copyAction } from '../support/runner/action-copy.ts';
import { ArtifactService } from '../support/runner/artifact-service.ts';
import { canary } from '../support/runner/canaries.ts';
import {
  fixtureCommand,
  type GateStep,
  newsInputs,
  readReport,
  runGateStep,
} from '../support/runner/gate-step.ts';
import type { RunningStep } from '../support/runner/run-action.ts';
import { zipNames } from '../support/runner/zip-names.ts';

const action = copyAction();
const streaming = { ...newsInputs('fixed'), hold: '60s' };
const atOnce = async () => {};

async function until({ exited }: RunningStep, holds: () => boolean): Promise<void> {
  while (!exited.aborted && !holds()) await sleep(20);
}

/** A moment after a phase has come to its end. */
const after = (phase: string) => async (step: RunningStep) => {
  await until(step, () => new RegExp(`[✓✗] ${phase} `).test(step.log()));
  await sleep(300);
};

test('says nothing after a main that came to its end, and does nothing', async () => {
  const step = await runGateStep({ action, inputs: { command: 'exit 3' } });
  expect(step).toMatchObject({ exitCode: 125, leftBehind: [], orphans: [], temporaryFiles: [] });
  expect(step.post).toMatchObject({
    exitCode: 0,
    log: '',
    annotations: [],
    summary: '',
    files: { GITHUB_STATE: '' },
  });
});

test('says nothing after a main that was cancelled in time', async () => {
  const step = await runGateStep({ action, inputs: streaming, cancelWhen: after('baseline') });
  expect(step).toMatchObject({ exitCode: 130, leftBehind: [], temporaryFiles: [] });
  expect(step.post).toMatchObject({ exitCode: 0, log: '', annotations: [] });
});

test('does not start a gate when main was killed before its first word', async () => {
  const step = await runGateStep({ action, inputs: streaming, killWhen: atOnce });
  expect(step).toMatchObject({ signal: 'SIGKILL', log: '', orphans: [], temporaryFiles: [] });
  expect(step.post).toMatchObject({ exitCode: 0, log: '', annotations: [] });
});

describe('after a main that was killed while streams were open', () => {
  let step: GateStep;
  let uploaded: readonly string[];

  beforeAll(async () => {
    await using service = await ArtifactService.start('ok');
    step = await runGateStep({
      action,
      inputs: streaming,
      resultsUrl: service.url,
      killWhen: after('baseline'),
    });
    uploaded = service.artifacts
      .filter(({ name }) => !name.endsWith('.html'))
      .flatMap(({ zip }) => zipNames(zip));
  });

  test('it ends the backend, and the last net has nothing to do', async () => {
    const { backend, plan } = readReport(step, 'evidence.json');
    expect(step.leftBehind).toContain(backend.pid);
    expect(step.post?.log).toMatch(new RegExp(`the step was killed; ended .*pid ${backend.pid}`));
    expect(step).toMatchObject({ signal: 'SIGKILL', orphans: [], temporaryFiles: [], post: { exitCode: 0 } });
    expect(await accepts(Number(new URL(plan.origin).port))).toBe(false);
  });

  test('it reports what had been seen, once', () => {
    const message = expect.stringMatching(/^The gate was killed after .* or more, in phase "wave 1"\./);
    expect(readReport(step, 'result.json')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'interrupted',
      message,
    });
    expect(step.annotations).toEqual([]);
    expect(step.post?.annotations).toMatchObject([
      { level: 'error', title: 'hang-gate: interrupted', message },
    ]);
    expect(step.post?.summary).toMatch(/^## .* hang-gate: inconclusive, interrupted$/m);
    expect(uploaded).toEqual(expect.arrayContaining(['evidence.json', 'result.json', 'summary.md']));
  });
});

test('evidence of a green run, made up by whoever killed main, is not believed', async () => {
  const step = await runGateStep({
    action,
    inputs: { ...streaming, env: `${newsInputs('fixed')['env']}\nAPI_TOKEN=${canary}` },
    killWhen: after('baseline'),
    tamper: (states) => {
      const { reportDir, startedAt } = JSON.parse(states['record'] ?? '');
      const green = makeEvidence();
      const forged = {
        ...green,
        gate: { ...green.gate, startedAt },
        plan: { ...green.plan, command: canary },
      };
      writeFileSync(join(reportDir, 'evidence.json'), JSON.stringify(forged));
      return states;
    },
  });
  expect(step.post?.annotations).toMatchObject([{ level: 'error', title: 'hang-gate: interrupted' }]);
  expect(step.post?.summary).toMatch(/hang-gate: inconclusive, interrupted$/m);
  expect(JSON.stringify([step.post, readReport(step, 'result.json')])).not.toContain(canary);
});

test('a daemon of a killed main goes too, and a process of somebody else stays', async () => {
  const step = await runGateStep({
    action,
    inputs: { command: `${fixtureCommand('leaves_daemon.py')} {port}`, hold: '60s' },
    killWhen: after('baseline'),
  });
  expect(step.leftBehind.length).toBeGreaterThanOrEqual(2);
  expect(step).toMatchObject({ orphans: [], temporaryFiles: [], post: { exitCode: 0 } });
});

test('a record that was tampered with ends nobody and removes nothing', async () => {
  const folder = join(action, 'dist');
  const step = await runGateStep({
    action,
    inputs: streaming,
    killWhen: after('baseline'),
    tamper: (states) => {
      const record = JSON.parse(states['record'] ?? '');
      const runId = '00000000-0000-4000-8000-000000000000';
      const processes = [{ pid: process.pid, startTicks: 1 }];
      return { record: JSON.stringify({ ...record, runId, processes, folders: [folder, '/'] }) };
    },
  });
  expect(step.post).toMatchObject({ exitCode: 0 });
  expect(step.post?.log).not.toContain('ended');
  expect(existsSync(join(folder, 'post.cjs'))).toBe(true);
  // Nobody knew of the backend any more but the runner.
  expect(step.orphans).toEqual(step.leftBehind);
});
