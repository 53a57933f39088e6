/** From values to pixels. */
export interface TimeScale {
  readonly fromMs: number;
  readonly toMs: number;
  /** Pixels of the drawing in which time runs. */
  readonly left: number;
  readonly right: number;
  x(ms: number): number;
  /** Kept within the drawing. */
  clamped(ms: number): number;
  ms(x: number): number;
}

export function timeScale([fromMs, toMs]: readonly [number, number], left: number, right: number): TimeScale {
  const perMs = (right - left) / Math.max(1e-6, toMs - fromMs);
  const x = (ms: number) => left + (ms - fromMs) * perMs;
  return {
    ...{ fromMs, toMs, left, right, x },
    clamped: (ms) => Math.min(right, Math.max(left, x(ms))),
    ms: (at) => fromMs + (at - left) / perMs,
  };
}

export interface Ticks {
  readonly everyMs: number;
  readonly at: readonly number[];
}

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
];

/** Round moments, at least so many pixels apart. */
export function ticks({ fromMs, toMs, left, right }: TimeScale, leastPixels = 72): Ticks {
  const leastMs = ((toMs - fromMs) / Math.max(1, right - left)) * leastPixels;
  const everyMs = steps.find((step) => step >= leastMs) ?? Math.ceil(leastMs / 600_000) * 600_000;
  const first = Math.ceil(fromMs / everyMs);
  const count = Math.max(0, Math.floor(toMs / everyMs) - first + 1);
  return { everyMs, at: Array.from({ length: count }, (_, index) => (first + index) * everyMs) };
}

/** Where a name stands at its tick, so that none is cut off at an edge. */
export function anchorOf(x: number, { left, right }: TimeScale): 'start' | 'middle' | 'end' {
  return left === 0 && x < 20 ? 'start' : x > right - 20 ? 'end' : 'middle';
}

/** Waits differ by thousands: the short ones get more room than their share, and 0 stays 0. */
export function waitScale(toMs: number, bottom: number, top: number): (ms: number) => number {
  return (ms) => bottom - Math.min(1, (Math.max(0, ms) / toMs) ** 0.4) * (bottom - top);
}
