import { messageOf } from '../errors.ts';
import { ReportFolder } from '../report-folder.ts';
import type { Report, Reporter } from './reporter.ts';
import { harmless } from './text.ts';

/** Lets every reporter have its say. One that fails is told on stderr; it breaks neither the others nor the verdict. */
export async function publish(
  report: Report,
  reporters: readonly Reporter[],
  files: ReportFolder = new ReportFolder(report.reportDir),
): Promise<void> {
  for (const reporter of reporters) {
    try {
      await reporter.report(report, files);
    } catch (error) {
      process.stderr.write(`hang-gate: the ${reporter.name} report failed: ${harmless(messageOf(error))}\n`);
    }
  }
}
