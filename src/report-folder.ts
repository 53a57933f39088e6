import { accessSync, constants } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GateError, messageOf } from './errors.ts';

/** What a report consists of, relative to its folder. */
export const reportFiles = {
  evidence: 'evidence.json',
  result: 'result.json',
  html: 'report.html',
  summary: 'summary.md',
  log: 'backend.log',
  dumps: 'dumps',
} as const;

/**
 * Makes the folder ready for a new report. Files of an earlier report go, so that none is taken for this run's; whatever
 * else lies there stays.
 * @throws {GateError} `wrong-settings` when it cannot be written.
 */
export async function prepareReportFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    for (const name of Object.values(reportFiles))
      await rm(join(folder, name), { recursive: true, force: true });
    await mkdir(join(folder, reportFiles.dumps));
  } catch (error) {
    throw new GateError(
      'wrong-settings',
      `setting "report-dir": ${folder} cannot be written (${messageOf(error)}); it takes the path of a folder that can be written`,
    );
  }
}
