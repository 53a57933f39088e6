import { join, resolve } from 'node:path';
import { confirmed } from './confirm.ts';
import { messageOf } from './errors.ts';
import type { PhaseListener } from './evidence/recorder.ts';
import type { Evidence } from './evidence/schema.ts';
import { gather } from './gather.ts';
import { reportFiles, writeWhole } from './report-folder.ts';
import { publish } from './reporters/publish.ts';
import type { Report, Reporter } from './reporters/reporter.ts';
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
}

/**
 * The whole gate: gather evidence, judge it, report it.
 * @param look How the evidence is gathered.
 * @throws {GateError} `wrong-settings`, before anything was started.
 */
export async function runGate(options: GateOptions, look: typeof gather = gather): Promise<Report> {
  const reportDir = resolve(options.workspace, options.settings.reportDir);
  const evidence = await confirmed(look, { ...options, reportDir });
  const troubles = await writeEvidence(evidence, reportDir);
  const report: Report = {
    evidence,
    result: judge(evidence),
    reportDir,
    repositoryUrl: options.repositoryUrl,
    troubles,
  };
  await publish(report, options.reporters);
  return report;
}

/** @returns Why it could not be written: the verdict is there all the same. */
async function writeEvidence(evidence: Evidence, reportDir: string): Promise<string[]> {
  try {
    await writeWhole(join(reportDir, reportFiles.evidence), JSON.stringify(evidence, null, 1));
    return [];
  } catch (error) {
    return [`${reportFiles.evidence} could not be written: ${messageOf(error)}`];
  }
}
