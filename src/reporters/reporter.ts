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
  readonly links?: ReportLinks | undefined;
}

/** Where parts of the report can be opened, as far as that is known by now. */
export interface ReportLinks {
  /** The page for people. */
  readonly report?: string | undefined;
}

// biome-ignore lint/suspicious/noConfusingVoidType: most reporters answer nothing.
type MaybeLinks = ReportLinks | undefined | void;

/** Renders a report somewhere. See `docs/adding-a-reporter.md`. */
export interface Reporter {
  readonly name: string;
  /** May answer with links that it has made, for the reporters after it. */
  report(report: Report): MaybeLinks | Promise<MaybeLinks>;
}
