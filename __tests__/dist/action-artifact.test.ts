/** Whatever becomes of the upload, the verdict stands and the step ends. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { copyAction } from '../support/runner/action-copy.ts';
import { ArtifactService, type ServiceMode } from '../support/runner/artifact-service.ts';
import type { GateStep } from '../support/runner/gate-step.ts';
import { expectOnlySaid, notReady, notReadyWith } from '../support/runner/not-ready-step.ts';

const action = copyAction();

test('two legs of a matrix, which share name and attempt of their job, upload two artifacts and two pages', async () => {
  await using service = await ArtifactService.start('ok');
  const legs = await Promise.all([1, 2].map(() => notReady(action, service.url)));
  for (const leg of legs) {
    expect(leg.outputs['artifact-id']).toMatch(/^10[1-4]$/);
    expect(leg.outputs['report-url']).toMatch(/\/artifacts\/10[1-4]$/);
  }
  expect(new Set(service.artifacts.map(({ name }) => name)).size).toBe(4);
});

test('a slow artifact service gets the report all the same', async () => {
  const step = await notReadyWith(action, 'slow');
  expect(step.outputs).toMatchObject({
    'artifact-id': expect.stringMatching(/^10[12]$/),
    reason: 'not-ready',
  });
});

describe('when the artifact service', () => {
  const modes: readonly ServiceMode[] = ['broken', 'hang', 'conflict', 'forbidden', 'reset'];
  const steps = new Map<string, GateStep>();

  // All at once: they spend their time waiting.
  beforeAll(async () => {
    const absent = notReady(action, undefined).then((step) => steps.set('absent', step));
    const others = modes.map(async (mode) => steps.set(mode, await notReadyWith(action, mode)));
    await Promise.all([absent, ...others]);
  });

  test.each([
    ['answers 500', 'broken', /artifact report failed/],
    ['never answers', 'hang', /artifact report failed: no answer within 30 s/],
    ['has the name already', 'conflict', /artifact report failed: .*already exists/],
    ['refuses', 'forbidden', /artifact report failed: .*403/],
    ['drops the connection', 'reset', /artifact report failed/],
    ['is absent', 'absent', /no artifact service here/],
  ])('%s, the verdict stands and the log says so', (_, mode, said) => {
    expectOnlySaid(steps.get(mode), said);
  });
});
