import { either } from '../timing/waiting.ts';
import type { Test } from './test.ts';

/** After a missed deadline, dumps under way are waited for this long, so that the verdict comes soon after. */
const lastDumpsMs = 1_500;

/** Lets dumps that are under way come to their end, within bounds, and then the probes. */
export async function endProbing({ prober, watch, sampler, interrupt }: Test): Promise<void> {
  const lastDumps = Promise.all([watch.idle(), sampler.caughtUp()]);
  await either(lastDumps, AbortSignal.any([interrupt, AbortSignal.timeout(lastDumpsMs)]));
  prober.broken.throwIfAborted();
  await prober.stop();
}
