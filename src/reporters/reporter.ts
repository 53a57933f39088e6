import type { Evidence } from '../evidence/schema.ts';
import type { ReportFolder } from '../report-folder/report-folder.ts';
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
  /** What of this report could not be written or sent so far, a sentence each; it changes no verdict. */
  readonly troubles?: readonly string[];
}

/** Where parts of the report can be opened, as far as that is known by now. */
export interface ReportLinks {
  /** The page for people. */
  readonly report?: string | undefined;
  /** All files of the report, to download. */
  readonly artifact?: string | undefined;
  /** The run of the workflow. */
  readonly run?: string | undefined;
}

// biome-ignore lint/suspicious/noConfusingVoidType: most reporters answer nothing.
type MaybeLinks = ReportLinks | undefined | void;

/** Renders a report somewhere. See `docs/adding-a-reporter.md`. */
export interface Reporter {
  readonly name: string;
  /**
   * May answer with links that it has made, for the reporters after it.
   * @param files What goes to the report folder is written with it.
   */
  report(report: Report, files: ReportFolder): MaybeLinks | Promise<MaybeLinks>;
  /** Told of the troubles that came after its own turn, when there were any. */
  addTroubles?(troubles: readonly string[]): void | Promise<void>;
}
