import { reportFiles } from '../report-folder/report-folder.ts';
import type { Reporter } from './reporter.ts';

/** `result.json`, for programs. */
export const resultFile: Reporter = {
  name: 'result file',
  report: ({ result }, files) => files.write(reportFiles.result, `${JSON.stringify(result, null, 2)}\n`),
};
