import { sentence } from './markdown.ts';
import type { Report } from './reporter.ts';

/** A paragraph for each thing that the report lacks; nothing when it is whole. */
export function troublesOf({ troubles = [] }: Pick<Report, 'troubles'>): string[] {
  return troubles.map((trouble) => `⚠️ The report is not complete: ${sentence(trouble)}. The verdict stands.`);
}
