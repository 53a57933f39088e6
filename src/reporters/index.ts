import type { ReporterName } from '../settings/schema.ts';
import { htmlReport } from './html/index.ts';
import { summaryFile } from './job-summary.ts';
import { junitReport } from './junit/index.ts';
import type { Reporter } from './reporter.ts';
import { stacksReport } from './sampled-stacks/index.ts';
import { sarifReport } from './sarif/index.ts';

/** Reporters that write into the report folder, by the name that the setting `reporter` takes. */
const table: Readonly<Record<ReporterName, Reporter>> = {
  html: htmlReport,
  summary: summaryFile,
  junit: junitReport,
  sarif: sarifReport,
  stacks: stacksReport,
};

/** Those that were asked for, each once. */
export function fileReporters(names: readonly ReporterName[]): Reporter[] {
  return [...new Set(names)].map((name) => table[name]);
}
