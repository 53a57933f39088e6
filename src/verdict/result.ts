import type { Finding, Location, Outcome, Reason } from '../rules/rule.ts';

export const resultSchemaVersion = 1;

/** What one boot by itself showed. */
export interface Attempt {
  readonly verdict: Outcome;
  readonly reason: Reason;
  readonly message: string;
  /** The longest that a probe took or waited in vain; `null` when none was sent. */
  readonly longestWaitMs: number | null;
  readonly durationMs: number;
}

/** `result.json`. All times are milliseconds; `startMs` and `firstDumpMs` count from the
 * beginning of the run. */
export interface Result {
  readonly schemaVersion: typeof resultSchemaVersion;
  readonly verdict: Outcome;
  readonly reason: Reason;
  /** One sentence for people. */
  readonly message: string;
  readonly culprit: Location | null;
  readonly findings: readonly Finding[];
  /** Each boot of the run, the last one the one that everything else here tells of. */
  readonly attempts: readonly Attempt[];
  readonly probes: readonly {
    path: string;
    count: number;
    p50Ms: number | null;
    p99Ms: number | null;
    maxMs: number | null;
    missed: number;
  }[];
  readonly streams: { opened: number; aborted: number; endedEarly: number; refused: number; events: number };
  readonly stalls: readonly {
    pid: number | null;
    startMs: number;
    durationMs: number;
    firstDumpMs: number | null;
  }[];
  readonly processes: readonly { pid: number; role: string; python: string | null }[];
  /** Files relative to the report folder. */
  readonly dumps: readonly string[];
  readonly durationMs: number;
  readonly phases: readonly { name: string; startMs: number; durationMs: number }[];
}
