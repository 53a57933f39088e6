import type { EarlierResult } from '../evidence/baseline-schema.ts';
import type { Finding, Location, Outcome, Reason } from '../rules/rule.ts';

export const resultSchemaVersion = 1;

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
  /** What grows with every aborted stream, and by how much of it a stream. */
  readonly leaks: readonly { noun: string; perStream: number }[];
  /** What two runs have to share to be compared. */
  readonly settings: EarlierResult['settings'];
  /** Only where a baseline was given. */
  readonly baseline?: Comparison;
}

/** This run beside an earlier one, the baseline. */
export interface Comparison {
  /** The baseline, as the settings name it, and how it ended. */
  readonly path: string;
  readonly verdict: Outcome;
  readonly reason: string;
  /** What is known fails no run. */
  readonly newOnly: boolean;
  /**
   * What fails a run, in both of them. `grown`: known, and worse. `gone`: only in the baseline, and this run would have seen
   * it. `unseen`: only in the baseline, and this run ended too early to tell.
   */
  readonly findings: readonly {
    change: 'new' | 'known' | 'grown' | 'gone' | 'unseen';
    ruleId: string;
    fingerprint: string | null;
    message: string;
  }[];
  /** Of each route; `null` where one of the runs did not probe it. */
  readonly probes: readonly { path: string; before: ProbeFigures | null; now: ProbeFigures | null }[];
  /** `null` where there was no silence. */
  readonly longestStallMs: { before: number | null; now: number | null };
  /** A stream; `null` where it does not grow. */
  readonly leaks: readonly { noun: string; before: number | null; now: number | null }[];
  /** What this run did not get to, for people. */
  readonly notExercised: readonly string[];
}

export interface ProbeFigures {
  readonly p50Ms: number | null;
  readonly maxMs: number | null;
  readonly missed: number;
}
