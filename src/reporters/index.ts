import type { ReporterName } from '../settings/schema.ts';
import { summaryFile } from './job-summary.ts';
import type { Reporter } from './reporter.ts';

/** Reporters that write into the report folder, by the name that the setting `reporter` takes. */
const table: Readonly<Record<ReporterName, Reporter>> = {
  summary: summaryFile,
};

/** Those that were asked for, each once. */
export function fileReporters(names: readonly ReporterName[]): Reporter[] {
  return [...new Set(names)].map((name) => table[name]);
}
