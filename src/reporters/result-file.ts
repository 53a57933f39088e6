import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportFiles } from '../report-folder.ts';
import type { Reporter } from './reporter.ts';

/** `result.json`, for programs. */
export const resultFile: Reporter = {
  name: 'result file',
  report: ({ result, reportDir }) =>
    writeFile(join(reportDir, reportFiles.result), `${JSON.stringify(result, null, 2)}\n`),
};
