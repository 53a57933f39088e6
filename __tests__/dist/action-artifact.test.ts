/** Whatever becomes of the upload, the verdict stands and the step ends. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { copyAction } from '../support/runner/action-copy.ts';
import { ArtifactService, type ServiceMode } from '../support/runner/artifact-service.ts';
import { type GateStep, runGateStep } from '../support/runner/gate-step.ts';

const action = copyAction();

test('two legs of a matrix, which share name and attempt of their job, upload two artifacts', async () => {
  await using service = await ArtifactService.start('ok');
  const legs = await Promise.all([1, 2].map(() => notReady(service.url)));
  for (const leg of legs) expect(leg.outputs['artifact-id']).toMatch(/^10[12]$/);
  expect(new Set(service.artifacts.map(({ name }) => name)).size).toBe(2);
});

describe('when the artifact service', () => {
  const modes: readonly ServiceMode[] = ['broken', 'hang', 'conflict'];
  const steps = new Map<string, GateStep>();

  // All at once: they spend their time waiting.
  beforeAll(async () => {
    const run = async (mode: ServiceMode | 'absent') => {
      if (mode === 'absent') return void steps.set(mode, await notReady(undefined));
      await using service = await ArtifactService.start(mode);
      steps.set(mode, await notReady(service.url));
    };
    await Promise.all([...modes, 'absent' as const].map(run));
  });

  test.each([
    ['answers 500', 'broken', /artifact report failed/],
    ['never answers', 'hang', /artifact report failed: no answer within 30 s/],
    ['has the name already', 'conflict', /artifact report failed: .*already exists/],
    ['is absent', 'absent', /no artifact service here/],
  ])('%s, the verdict stands and the log says so', (_, mode, said) => {
    const step = steps.get(mode);
    expect(step).toMatchObject({
      exitCode: 125,
      outputs: { verdict: 'inconclusive', reason: 'not-ready' },
      leftBehind: [],
    });
    expect(step?.log).toMatch(said);
    expect(step?.outputs['artifact-id'] ?? '').toBe('');
    expect(step?.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(step?.summary).toContain('not-ready');
    // An absent service is no trouble: the report was meant to stay.
    expect(step?.summary.includes('The report is not complete: the artifact report failed')).toBe(
      mode !== 'absent',
    );
    expect(step?.wallMs).toBeLessThan(45_000);
  });
});

/** The shortest way to a report. */
function notReady(resultsUrl: string | undefined): Promise<GateStep> {
  return runGateStep({ action, resultsUrl, inputs: { command: 'exit 3' } });
}
