import { either } from '../timing/waiting.ts';
import type { Test } from './test.ts';

/** After a missed deadline, dumps under way are waited for this long, so that the verdict comes soon after. */
const lastDumpsMs = 1_500;

/** Lets dumps and probes that are under way come to their end, within bounds, and then the probing. */
export async function endProbing({ recorder, prober, watch, sampler, over, interrupt }: Test): Promise<void> {
  const lastDumps = () =>
    either(
      Promise.all([watch.idle(), sampler.caughtUp()]),
      AbortSignal.any([interrupt, AbortSignal.timeout(lastDumpsMs)]),
    );
  await lastDumps();
  // What fell silent a moment ago either answers or misses the deadline, which is told with dumps.
  if (!over.aborted) {
    await either(prober.allAnswered(recorder.clock.nowMs(), over), over);
    await lastDumps();
  }
  prober.broken.throwIfAborted();
  await prober.stop();
}
