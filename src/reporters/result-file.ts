import { join } from 'node:path';
import { reportFiles, writeWhole } from '../report-folder.ts';
import type { Reporter } from './reporter.ts';

/** `result.json`, for programs. */
export const resultFile: Reporter = {
  name: 'result file',
  report: ({ result, reportDir }) =>
    writeWhole(join(reportDir, reportFiles.result), `${JSON.stringify(result, null, 2)}\n`),
};
