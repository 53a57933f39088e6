import { wasOpen } from '../analysis/exercised.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../plan/plan.ts';
import { either, patiently, pause } from '../timing/waiting.ts';
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
  const late = new AbortController();
  const opened = new AbortController();
  const end = AbortSignal.any([over, late.signal, opened.signal]);
  void patiently(plan.deadlineMs, end).then(() => late.abort());
  evidence.streamsAfter = [];
  while (!end.aborted) {
    const client = new StreamClient(plan, 0, abortModes.close, clock);
    await either(client.opened, end);
    // The first byte of an error page is none of a stream.
    const isOpen = wasOpen(client.record);
    // One attempt after another with the same end is one fact. One that was cut short by the end has none.
    if (!end.aborted || evidence.streamsAfter.length === 0) evidence.streamsAfter = [client.record];
    client.abort();
    client.close();
    if (isOpen) opened.abort();
    else await pause(retryMs, end);
  }
  return opened.signal.aborted;
}
