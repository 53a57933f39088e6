import { Backend } from '../backend/backend.ts';
import { seconds } from '../rules/wording.ts';
import { unlessAborted } from '../timing/waiting.ts';
import type { Test } from './test.ts';

/** How the backend takes SIGTERM; one that does not end in time is dumped, to see what it waits for. */
export async function watchShutdown({ plan, recorder, backend, watch, interrupt }: Test): Promise<void> {
  const timeoutMs = plan.shutdownTimeoutMs;
  if (timeoutMs === undefined || !(backend instanceof Backend)) return;
  await recorder.phase('shutdown', async (phase) => {
    const askedMs = recorder.clock.nowMs();
    const hasEnded = await backend.endsByItself(timeoutMs, interrupt);
    interrupt.throwIfAborted();
    const tookMs = recorder.clock.nowMs() - askedMs;
    recorder.evidence.shutdown = { askedMs, endedMs: hasEnded ? askedMs + tookMs : null };
    if (hasEnded) return phase.note(`ended ${seconds(tookMs)} after SIGTERM`);
    phase.failed(`not ended ${seconds(tookMs)} after SIGTERM`);
    await unlessAborted(watch.dumpSeries('shutdown'), interrupt);
  });
}
