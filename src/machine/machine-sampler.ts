import type { Recorder } from '../evidence/recorder.ts';
import { readPressureMs, readStolenMs, readSuspendedMs } from './counters.ts';
import { Throttling } from './throttling.ts';

const intervalMs = 1_000;

/** Writes down, about once a second, what the machine takes away from everybody or from the backend alone. */
export class MachineSampler implements Disposable {
  readonly #recorder: Recorder;
  readonly #throttling: Throttling;
  readonly #first = {
    stolenMs: readStolenMs(),
    pressureMs: readPressureMs(),
    suspendedMs: readSuspendedMs(),
  };
  readonly #timer: NodeJS.Timeout;

  /** @param pid Of the backend, whose control groups count; `null` where it is not known. */
  constructor(recorder: Recorder, pid: number | null) {
    this.#recorder = recorder;
    this.#throttling = new Throttling(pid);
    recorder.evidence.machine = [];
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), intervalMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#sample();
  }

  #sample(): void {
    const { clock, evidence } = this.#recorder;
    const first = this.#first;
    evidence.machine?.push({
      atMs: clock.nowMs(),
      stolenMs: since(first.stolenMs, readStolenMs()),
      pressureMs: since(first.pressureMs, readPressureMs()),
      ...this.#throttling.read(),
      suspendedMs: since(first.suspendedMs, readSuspendedMs()),
    });
  }
}

function since(first: number | null, now: number | null): number | null {
  return first === null || now === null ? null : Math.max(0, Math.round(now - first));
}
