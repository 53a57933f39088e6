import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../plan/plan.ts';
import { patiently } from '../timing/waiting.ts';
import { waitUntilReady } from './readiness.ts';

/** The backend did not become ready; the reason is in the evidence. */
export class BootFailed extends Error {
  override readonly name = 'BootFailed';
  readonly why: 'exited' | 'timed out';

  constructor(why: 'exited' | 'timed out') {
    super(`The backend ${why} while booting.`);
    this.why = why;
  }
}

export interface BecomeReadyOptions {
  readonly plan: Plan;
  readonly recorder: Recorder;
  /** Aborted when the backend ends. */
  readonly exited: AbortSignal;
  readonly signal: AbortSignal;
}

/**
 * Waits for the first complete answer and records it.
 * @throws {BootFailed} when the backend ends first or the boot timeout passes.
 */
export async function becomeReady({ plan, recorder, exited, signal }: BecomeReadyOptions): Promise<void> {
  const { backend } = recorder.evidence;
  const timeout = new AbortController();
  const ready = new AbortController();
  void patiently(plan.bootTimeoutMs, AbortSignal.any([signal, exited, ready.signal])).then(() =>
    timeout.abort(new BootFailed('timed out')),
  );
  try {
    await waitUntilReady({
      url: plan.readyUrl,
      askTimeoutMs: Math.max(2 * plan.deadlineMs, 10_000),
      signal: AbortSignal.any([signal, exited, timeout.signal]),
      onError: (why) => {
        backend.lastReadinessError = why;
      },
    });
    backend.readyMs = recorder.clock.nowMs();
  } catch (error) {
    throw exited.aborted ? new BootFailed('exited') : error;
  } finally {
    ready.abort();
  }
}
