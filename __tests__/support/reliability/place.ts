import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..', '..');

/** Where one run happens: whatever holds one of these paths belongs to it. */
export interface Place extends Disposable {
  readonly workspace: string;
  /** Empty, and the run's own `TMPDIR`. */
  readonly temporary: string;
  readonly runnerFolder: string;
  readonly reportDir: string;
}

export function newPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'hang gate reliability '));
  const [workspace, temporary, runnerFolder] = ['work space', 'tmp', 'runner'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  for (const path of [workspace, temporary, runnerFolder]) mkdirSync(path);
  cpSync(join(repository, '__tests__', 'fixtures', 'apps'), workspace, {
    recursive: true,
    filter: (path) => basename(path) !== '__pycache__',
  });
  return {
    ...{ workspace, temporary, runnerFolder, reportDir: join(workspace, 'hang-gate-report') },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
