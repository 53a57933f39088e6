import type { Delay, Evidence, Probe } from '../evidence/schema.ts';

/** What the probing thread is started with. */
export interface ProbeConfig {
  readonly epochNs: bigint;
  readonly origin: string;
  readonly deadlineMs: number;
  readonly dumpAfterMs: number;
}

/** To the probing thread. */
export type ProbeCommand =
  | { readonly kind: 'begin'; readonly paths: readonly string[] }
  /** Asks for `all-answered` once every probe sent by now is over, and each route answered one sent after `sinceMs`. */
  | { readonly kind: 'await-answers'; readonly sinceMs: number }
  | { readonly kind: 'stop' };

/** From the probing thread. */
export type ProbeEvent =
  /** The routes' latencies before the first stream are known; from here on probes are sent at their cadence. */
  | { readonly kind: 'baseline'; readonly routes: readonly Omit<Evidence['probeRoutes'][number], 'chosen'>[] }
  | { readonly kind: 'probes'; readonly probes: readonly Probe[] }
  | { readonly kind: 'silent'; readonly path: string; readonly sinceMs: number }
  | { readonly kind: 'answers-again'; readonly path: string; readonly atMs: number }
  | { readonly kind: 'missed'; readonly path: string; readonly sinceMs: number }
  | { readonly kind: 'all-answered' }
  | {
      readonly kind: 'stopped';
      readonly delays: readonly Delay[];
      readonly maxDelayMs: number;
      readonly atMs: number;
    };
