import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Of this repository. */
export const repository = join(import.meta.dirname, '..', '..', '..');

/** What a runner downloads and runs: `dist/` and `action.yml`, far from any `node_modules`. */
export function copyAction(): string {
  const folder = temporaryFolder('action');
  mkdirSync(join(folder, 'dist'));
  const bundles = readdirSync(join(repository, 'dist')).filter((name) => name.endsWith('.cjs'));
  for (const file of ['action.yml', ...bundles.map((name) => join('dist', name))])
    copyFileSync(join(repository, file), join(folder, file));
  return folder;
}
