import type { Delay } from '../evidence/schema.ts';

/** Below this a late timer is ordinary jitter of a busy runner. */
const thresholdMs = 250;

/** Measures how late this thread's own timer fires, as the browsers' hang monitors do before they blame a page. */
export class SelfDelay {
  readonly delays: Delay[] = [];
  maxMs = 0;
  #expectedMs: number | undefined;

  /** To be called at every tick of a timer with this interval. */
  tick(nowMs: number, intervalMs: number): void {
    if (this.#expectedMs !== undefined) {
      const lateMs = nowMs - this.#expectedMs;
      this.maxMs = Math.max(this.maxMs, lateMs);
      if (lateMs > thresholdMs) this.delays.push({ startMs: this.#expectedMs, durationMs: lateMs });
    }
    this.#expectedMs = nowMs + intervalMs;
  }
}
