import { messageOf } from '../errors.ts';
import type { Probe } from '../evidence/schema.ts';
import { completeAnswer, freshClient } from '../http/client.ts';
import type { RunClock } from '../timing/clock.ts';

/** Questions that measure a route before the first stream; the first pays for what the backend does only once. */
const baselineProbes = 3;
/** No more of them once they have taken this long. */
const baselineBudgetMs = 1_000;
/** The cadence: ten a second … */
const shortestIntervalMs = 100;
/** … fewer where the route is slow, so that probing takes at most this share of its time … */
const loadShare = 0.2;
/** … but often enough to notice a silence. */
const longestIntervalMs = 1_000;

/**
 * One probed route: sends fresh requests at a fixed cadence, lets unanswered ones stay in flight, and knows since when
 * the route has been silent.
 */
export class RouteProbe {
  readonly path: string;
  /** Median latency before the first stream. */
  baselineMs: number | null = null;
  baselineStatus: number | null = null;
  intervalMs = shortestIntervalMs;
  /** When the latest probe was sent that has been answered. */
  answeredProbeOfMs = Number.NEGATIVE_INFINITY;
  readonly #origin: string;
  readonly #clock: RunClock;
  readonly #onProbe: (probe: Probe) => void;
  readonly #inFlight = new Map<Probe, () => void>();
  /** Sending time of the oldest probe that failed at the connection with no later one answered since. */
  #failedSinceMs: number | undefined;
  #nextMs = 0;

  /** @param onProbe Told of each probe that is over. */
  constructor(origin: string, path: string, clock: RunClock, onProbe: (probe: Probe) => void) {
    this.#origin = origin;
    this.path = path;
    this.#clock = clock;
    this.#onProbe = onProbe;
  }

  /** Measures the undisturbed route and sets the cadence by it. */
  async measureBaseline(): Promise<void> {
    const startMs = this.#clock.nowMs();
    const latencies: number[] = [];
    for (
      let asked = 0;
      asked < baselineProbes && this.#clock.nowMs() - startMs < baselineBudgetMs;
      asked += 1
    ) {
      const probe = await this.#send();
      if (probe.latencyMs === null) continue;
      latencies.push(probe.latencyMs);
      this.baselineStatus = probe.status;
    }
    latencies.sort((a, b) => a - b);
    this.baselineMs = latencies[Math.floor(latencies.length / 2)] ?? null;
    this.intervalMs = Math.min(
      longestIntervalMs,
      Math.max(shortestIntervalMs, (this.baselineMs ?? 0) / loadShare),
    );
  }

  /** Sends the next probe when it is due. Slots that this thread slept through are not made up for. */
  tick(nowMs: number): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = Math.max(this.#nextMs + this.intervalMs, nowMs - this.intervalMs);
    void this.#send();
  }

  /** Since when the route owes an answer; `undefined` while it owes none. */
  get unansweredSinceMs(): number | undefined {
    const sent = [...this.#inFlight.keys()].map((probe) => probe.sentMs);
    if (this.#failedSinceMs !== undefined) sent.push(this.#failedSinceMs);
    return sent.length === 0 ? undefined : Math.min(...sent);
  }

  /** Reports what is still unanswered as such and drops it. */
  stop(): void {
    for (const [probe, cancel] of this.#inFlight) {
      this.#inFlight.delete(probe);
      this.#onProbe(probe);
      cancel();
    }
  }

  async #send(): Promise<Probe> {
    const probe: Probe = {
      path: this.path,
      sentMs: this.#clock.nowMs(),
      latencyMs: null,
      status: null,
      error: null,
    };
    const client = freshClient(this.#origin);
    this.#inFlight.set(probe, () => void client.destroy().catch(() => {}));
    try {
      const { status, isCached } = await completeAnswer(client, this.path);
      probe.status = status;
      if (isCached) probe.isCached = true;
      probe.latencyMs = this.#clock.nowMs() - probe.sentMs;
      this.answeredProbeOfMs = Math.max(this.answeredProbeOfMs, probe.sentMs);
    } catch (error) {
      probe.error = messageOf(error);
    }
    client.destroy().catch(() => {});
    // After `stop` it has been reported already, as unanswered.
    if (this.#inFlight.delete(probe)) this.#settle(probe);
    return probe;
  }

  #settle(probe: Probe): void {
    if (probe.error !== null) {
      this.#failedSinceMs = Math.min(this.#failedSinceMs ?? probe.sentMs, probe.sentMs);
    } else if (this.#failedSinceMs !== undefined && probe.sentMs > this.#failedSinceMs) {
      this.#failedSinceMs = undefined;
    }
    this.#onProbe(probe);
  }
}
