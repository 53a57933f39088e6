/** A cancelled step: the runner sends SIGINT, and kills what is still there ten seconds later. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { accepts } from '../support/cli/accepts.ts';
import { copyAction } from '../support/runner/action-copy.ts';
import { ArtifactService } from '../support/runner/artifact-service.ts';
import {
  fixtureCommand,
  type GateStep,
  newsInputs,
  readReport,
  runGateStep,
} from '../support/runner/gate-step.ts';
import { processesWith } from '../support/runner/processes.ts';
import type { RunningStep } from '../support/runner/run-action.ts';

const action = copyAction();
const cancelledWithinMs = 6_000;

const scenarios = [
  {
    moment: 'while the backend boots',
    inputs: { command: `${fixtureCommand('never_listens.py')} {port}` },
    comes: backendRuns,
  },
  {
    moment: 'while streams are open',
    inputs: { ...newsInputs('blocking'), hold: '60s' },
    comes: async (step: RunningStep) => {
      await until(step, () => step.log().includes('baseline'));
      await sleep(500);
    },
  },
  {
    moment: 'while the backend hangs',
    inputs: { ...newsInputs('blocking'), deadline: '60s' },
    comes: async (step: RunningStep) => {
      await until(step, () => step.log().includes('baseline'));
      await sleep(2_000);
    },
  },
] as const;

describe.each(scenarios)('cancelled $moment', ({ inputs, comes }) => {
  let step: GateStep;

  beforeAll(async () => {
    step = await runGateStep({ action, inputs, cancelWhen: comes });
  });

  test('it ends at the first signal, and soon', () => {
    expect(step.cancelled?.signals).toEqual(['SIGINT']);
    expect(step.cancelled?.tookMs).toBeLessThan(cancelledWithinMs);
    expect(step).toMatchObject({ exitCode: 130, signal: null, conclusion: 'cancelled' });
  });

  test('it reports what it saw', () => {
    const result = readReport(step, 'result.json');
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'interrupted' });
    expect(step.outputs).toMatchObject({ verdict: 'inconclusive', reason: 'interrupted' });
    expect(step.summary).toContain('interrupted');
    expect(step.annotations.map(({ title }) => title)).toEqual(['hang-gate: interrupted']);
  });

  test('it leaves no process and no listener', async () => {
    expect(step.leftBehind).toEqual([]);
    const { plan, backend } = readReport(step, 'evidence.json');
    expect(backend.pid).toEqual(expect.any(Number));
    expect(await accepts(Number(new URL(plan.origin).port))).toBe(false);
  });
});

test('cancelled while the artifact service hangs, it ends as soon', async () => {
  await using service = await ArtifactService.start('hang');
  const inputs = { command: `${fixtureCommand('never_listens.py')} {port}` };
  const step = await runGateStep({ action, inputs, resultsUrl: service.url, cancelWhen: backendRuns });
  expect(step.cancelled?.signals).toEqual(['SIGINT']);
  expect(step.outputs['reason']).toBe('interrupted');
});

test('cancelled while it uploads, it keeps the verdict, and ends soon', async () => {
  await using service = await ArtifactService.start('hang');
  const step = await runGateStep({
    action,
    inputs: { command: 'exit 3' },
    resultsUrl: service.url,
    cancelWhen: (running) => until(running, () => running.log().includes('Upload of')),
  });
  expect(step.cancelled?.signals).toEqual(['SIGINT']);
  expect(step.cancelled?.tookMs).toBeLessThan(cancelledWithinMs);
  expect(step.outputs).toMatchObject({ verdict: 'inconclusive', reason: 'not-ready' });
  expect(step.annotations.map(({ title }) => title)).toEqual(['hang-gate: not-ready']);
});

async function backendRuns(step: RunningStep): Promise<void> {
  const { trackingId } = step;
  await until(step, () => {
    const marked = processesWith('HANG_GATE_RUN=');
    return processesWith(trackingId).some((pid) => marked.includes(pid));
  });
  await sleep(300);
}

async function until({ exited }: RunningStep, holds: () => boolean): Promise<void> {
  while (!exited.aborted && !holds()) await sleep(50);
}
