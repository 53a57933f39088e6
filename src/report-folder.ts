import { accessSync, constants } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GateError, messageOf } from './errors.ts';

/** What a report consists of, relative to its folder. */
export const reportFiles = {
  evidence: 'evidence.json',
  result: 'result.json',
  summary: 'summary.md',
  log: 'backend.log',
  dumps: 'dumps',
  /** What an earlier attempt of the same run left, with the names above. */
  firstAttempt: 'first-attempt',
} as const;

/**
 * Makes the folder ready for a new report. Files of an earlier report go, so that none is taken for this run's; whatever
 * else lies there stays.
 * @param isSecondAttempt What the first left is kept.
 * @throws {GateError} `wrong-settings` when it cannot be written.
 */
export async function prepareReportFolder(folder: string, isSecondAttempt = false): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    for (const name of Object.values(reportFiles)) {
      if (isSecondAttempt && name === reportFiles.firstAttempt) continue;
      await rm(join(folder, name), { recursive: true, force: true });
    }
    await mkdir(join(folder, reportFiles.dumps));
  } catch (error) {
    throw new GateError(
      'wrong-settings',
      `setting "report-dir": ${folder} cannot be written (${messageOf(error)}); it takes the path of a folder that can be written`,
    );
  }
}

/** Moves log and dumps of a first attempt out of the way of the second. */
export async function setFirstAttemptAside(folder: string): Promise<void> {
  const aside = join(folder, reportFiles.firstAttempt);
  await mkdir(aside);
  for (const name of [reportFiles.log, reportFiles.dumps])
    await rename(join(folder, name), join(aside, name));
}

/** Writes a file whole or not at all: half of one would be taken for a report. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  try {
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw error;
  }
}
