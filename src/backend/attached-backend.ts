import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../plan/plan.ts';
import { type BackendProcess, listRunningBackend } from '../processes/backend-processes.ts';
import { isAlive, readProcessEntry } from '../processes/process-table.ts';
import { becomeReady } from './become-ready.ts';
import { portOf } from './port.ts';

const watchIntervalMs = 100;

/** A backend that was running before: it is watched like one of the gate's own, and left as it was. */
export class AttachedBackend implements AsyncDisposable {
  /** Aborted when the process ends that was attached to. */
  readonly exited: AbortSignal;
  readonly #exited = new AbortController();
  readonly #recorder: Recorder;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(plan: Plan, recorder: Recorder) {
    this.exited = this.#exited.signal;
    this.#recorder = recorder;
    recorder.evidence.backend.startedMs = recorder.clock.nowMs();
    const pid = plan.attach?.pid ?? this.listProcesses(plan)[0]?.pid;
    const entry = pid === undefined ? undefined : readProcessEntry(pid);
    if (!entry) return;
    recorder.evidence.backend.pid = entry.pid;
    this.#timer = setInterval(() => {
      if (!isAlive(entry)) this.#onExit();
    }, watchIntervalMs);
  }

  async waitUntilReady(plan: Plan, signal: AbortSignal): Promise<void> {
    await becomeReady({ plan, recorder: this.#recorder, exited: this.exited, signal });
  }

  listProcesses(plan: Plan): BackendProcess[] {
    // Who listens on the same port here is not the backend of another machine.
    if (plan.attach?.pid === undefined && plan.attach?.isHere === false) return [];
    return listRunningBackend(portOf(plan.origin), plan.attach?.pid);
  }

  /** Nothing is ended that was not started here. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #onExit(): void {
    clearInterval(this.#timer);
    this.#recorder.evidence.backend.exit = { atMs: this.#recorder.clock.nowMs(), code: null, signal: null };
    this.#exited.abort(new Error('the backend ended'));
  }
}
