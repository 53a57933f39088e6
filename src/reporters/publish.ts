import { messageOf } from '../errors.ts';
import { ReportFolder } from '../report-folder/report-folder.ts';
import type { Report, Reporter } from './reporter.ts';
import { harmless } from './text.ts';

/**
 * Lets every reporter have its say, with the links that those before it have made. One that fails is told on stderr, and to those that can still say so; it breaks
 * neither the others nor the verdict.
 */
export async function publish(
  report: Report,
  reporters: readonly Reporter[],
  files: ReportFolder = new ReportFolder(report.reportDir),
): Promise<void> {
  const troubles: string[] = [];
  const note = (trouble: string) => {
    troubles.push(trouble);
    process.stderr.write(`hang-gate: ${harmless(trouble)}\n`);
  };
  for (const trouble of report.troubles ?? []) note(trouble);
  const known = new Map<Reporter, number>();
  let links = report.links;
  for (const reporter of reporters) {
    known.set(reporter, troubles.length);
    const asKnown = { ...report, links, troubles: [...troubles] };
    await attempt(
      async () => {
        links = { ...links, ...(await reporter.report(asKnown, files)) };
      },
      reporter,
      note,
    );
  }
  for (const [reporter, count] of known) {
    const unknown = troubles.slice(count).filter((trouble) => !trouble.startsWith(`the ${reporter.name} `));
    if (unknown.length > 0) await attempt(() => reporter.addTroubles?.(unknown), reporter, note);
  }
}

async function attempt(
  work: () => void | Promise<void>,
  { name }: Reporter,
  note: (trouble: string) => void,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    note(`the ${name} report failed: ${messageOf(error)}`);
  }
}
