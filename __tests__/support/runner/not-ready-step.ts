import { expect } from '@jest/globals';
import { ArtifactService, type ServiceMode } from './artifact-service.ts';
import { type GateStep, runGateStep } from './gate-step.ts';

/** The upload is given up after 30 s; the rest is for a machine with much to do. */
const longestStepMs = 75_000;

/** The shortest way to a report. */
export function notReady(action: string, resultsUrl: string | undefined): Promise<GateStep> {
  return runGateStep({ action, resultsUrl, inputs: { command: 'exit 3' } });
}

export async function notReadyWith(action: string, mode: ServiceMode): Promise<GateStep> {
  await using service = await ArtifactService.start(mode);
  return await notReady(action, service.url);
}

/** The verdict stands, and what became of the upload is in the log. */
export function expectOnlySaid(step: GateStep | undefined, said: RegExp): void {
  expect(step).toMatchObject({
    exitCode: 125,
    outputs: { verdict: 'inconclusive', reason: 'not-ready' },
    leftBehind: [],
  });
  expect(step?.log).toMatch(said);
  expect(step?.outputs['artifact-id'] ?? '').toBe('');
  expect(step?.outputs['report-url'] ?? '').toBe('');
  expect(step?.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
  expect(step?.summary).toContain('not-ready');
  expect(step?.wallMs).toBeLessThan(longestStepMs);
}
