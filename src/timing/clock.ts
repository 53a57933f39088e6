/**
 * Milliseconds since the run began, on the monotonic clock, so that a clock step or a suspended machine does not count
 * as a hang. Threads share it through `epochNs`.
 */
export class RunClock {
  readonly epochNs: bigint;

  constructor(epochNs: bigint = process.hrtime.bigint()) {
    this.epochNs = epochNs;
  }

  nowMs(): number {
    return Number(process.hrtime.bigint() - this.epochNs) / 1e6;
  }
}
