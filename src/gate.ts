import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Baseline } from './evidence/baseline-schema.ts';
import type { PhaseListener } from './evidence/recorder.ts';
import { gather } from './gather.ts';
import { reportFiles } from './report-folder.ts';
import { publish } from './reporters/publish.ts';
import type { Report, Reporter, ReportLinks } from './reporters/reporter.ts';
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
  /** An earlier run, to compare this one with. */
  readonly baseline?: Baseline | undefined;
  /** What can be linked to before anything is reported. */
  readonly links?: ReportLinks | undefined;
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
  const evidence = await look({ ...options, reportDir });
  if (options.baseline) evidence.baseline = options.baseline;
  await writeFile(join(reportDir, reportFiles.evidence), JSON.stringify(evidence, null, 1));
  const report: Report = {
    evidence,
    result: judge(evidence),
    reportDir,
    repositoryUrl: options.repositoryUrl,
    links: options.links,
  };
  await publish(report, options.reporters);
  return report;
}
