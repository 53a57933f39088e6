import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../errors.ts';
import { type Check, ok, problem } from '../check.ts';

/** Whether the report can be written, found out without writing. */
export const reportFolder: Check = {
  id: 'report',
  title: 'report',
  run: ({ reportDir }) => {
    const existing = nearestExisting(reportDir);
    try {
      if (!statSync(existing).isDirectory()) throw new Error(`${existing} is no folder`);
      accessSync(existing, constants.W_OK | constants.X_OK);
    } catch (error) {
      return problem(
        `${reportDir} cannot be written: ${messageOf(error)}`,
        'Give the path of a folder that can be written: --report-dir PATH.',
      );
    }
    return ok(existing === reportDir ? `${reportDir} can be written` : `${reportDir} would be made`);
  },
};

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
