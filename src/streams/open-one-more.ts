import { wasOpen } from '../analysis/exercised.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../plan/plan.ts';
import { either, pause } from '../waiting.ts';
import { abortModes } from './abort-modes/index.ts';
import { StreamClient } from './stream-client.ts';

/** Between two attempts: a backend that counts its streams may notice only now that one has ended. */
const retryMs = 200;

/**
 * Opens one more stream after all the others were aborted, for as long as the deadline: a backend whose slots are not
 * given back answers every probe and never streams again.
 * @returns Whether it was accepted and got a first byte.
 */
export async function openOneMore(plan: Plan, recorder: Recorder, over: AbortSignal): Promise<boolean> {
  const { clock, evidence } = recorder;
  const untilMs = clock.nowMs() + plan.deadlineMs;
  evidence.streamsAfter = [];
  while (!over.aborted) {
    const client = new StreamClient(plan, 0, abortModes.close, clock);
    // One attempt after another with the same end is one fact.
    evidence.streamsAfter = [client.record];
    await either(Promise.race([client.opened, pause(untilMs - clock.nowMs(), over)]), over);
    // The first byte of an error page is none of a stream.
    const isOpen = wasOpen(client.record);
    client.abort();
    client.close();
    if (isOpen || clock.nowMs() + retryMs >= untilMs) return isOpen;
    await pause(retryMs, over);
  }
  return false;
}
