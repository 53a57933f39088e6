import type { Evidence } from '../evidence/schema.ts';
import type { Result } from '../verdict/result.ts';

/** All that a reporter may know. */
export interface Report {
  readonly evidence: Evidence;
  readonly result: Result;
  /** Absolute. */
  readonly reportDir: string;
  /** Where this repository can be read, such as `https://github.com/OWNER/hang-gate/blob/v1`, where that is known. */
  readonly repositoryUrl?: string | undefined;
  /** What of this report could not be written or sent so far, a sentence each; it changes no verdict. */
  readonly troubles?: readonly string[];
}

/** Renders a report somewhere. See `docs/adding-a-reporter.md`. */
export interface Reporter {
  readonly name: string;
  report(report: Report): void | Promise<void>;
  /** Told of the troubles that came after its own turn, when there were any. */
  addTroubles?(troubles: readonly string[]): void | Promise<void>;
}
