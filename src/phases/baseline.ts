import { either } from '../timing/waiting.ts';
import { lookAround } from './look-around.ts';
import type { Test } from './test.ts';

/** The undisturbed backend: its processes, and how fast it answers. */
export async function measureBaseline(test: Test): Promise<void> {
  const { recorder, prober, sampler, over } = test;
  await recorder.phase('baseline', async (phase) => {
    lookAround(test, 'baseline');
    sampler.start();
    await either(prober.measureBaseline(over), over);
    const routes = recorder.evidence.probeRoutes.map(
      ({ path, baselineMs }) => `${path} ${baselineMs?.toFixed(0) ?? '–'} ms`,
    );
    if (over.aborted) phase.failed('not every probe answered');
    else phase.note(routes.join(', '));
  });
}
