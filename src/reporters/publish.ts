import { messageOf } from '../errors.ts';
import type { Report, Reporter } from './reporter.ts';
import { harmless } from './text.ts';

/** Lets every reporter have its say, with the links that those before it have made. One that fails is told on stderr; it breaks neither the others nor the verdict. */
export async function publish(report: Report, reporters: readonly Reporter[]): Promise<void> {
  let links = report.links;
  for (const reporter of reporters) {
    try {
      const made = await reporter.report({ ...report, links });
      if (made) links = { ...links, ...made };
    } catch (error) {
      process.stderr.write(`hang-gate: the ${reporter.name} report failed: ${harmless(messageOf(error))}\n`);
    }
  }
}
