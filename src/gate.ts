import { resolve } from 'node:path';
import { confirmed } from './confirm.ts';
import type { PhaseListener } from './evidence/recorder.ts';
import { gather } from './gather.ts';
import { writeEvidence } from './report-folder.ts';
import { publish } from './reporters/publish.ts';
import type { Report, Reporter } from './reporters/reporter.ts';
import type { RunRecord } from './runs/run-record.ts';
import type { Settings } from './settings/schema.ts';
import { judge } from './verdict/judge.ts';

export interface GateOptions {
  readonly settings: Settings;
  /** Absolute folder to which relative settings and reported files belong. */
  readonly workspace: string;
  readonly listener: PhaseListener;
  readonly reporters: readonly Reporter[];
  /** Where this repository can be read, for links to the rules' pages. */
  readonly repositoryUrl?: string | undefined;
  /** Aborted by Ctrl-C or the runner's cancellation. */
  readonly interrupt: AbortSignal;
  /** Told what would have to be cleaned up if this process were killed, whenever that changes. */
  readonly onRecord?: ((record: RunRecord) => void) | undefined;
}

/**
 * The whole gate: gather evidence, judge it, report it.
 * @param look How the evidence is gathered.
 * @throws {GateError} `wrong-settings`, before anything was started.
 */
export async function runGate(options: GateOptions, look: typeof gather = gather): Promise<Report> {
  const reportDir = resolve(options.workspace, options.settings.reportDir);
  const evidence = await confirmed(look, { ...options, reportDir });
  writeEvidence(reportDir, evidence);
  const report: Report = {
    evidence,
    result: judge(evidence),
    reportDir,
    repositoryUrl: options.repositoryUrl,
  };
  await publish(report, options.reporters);
  return report;
}
