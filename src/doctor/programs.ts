import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export interface ProgramPlace {
  readonly env: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
}

/** The file that starting `name` runs, found as a shell finds it. */
export function findProgram(name: string, { env, workingDirectory }: ProgramPlace): string | undefined {
  const folders = name.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => resolve(workingDirectory, join(folder, name))).find(isExecutable);
}

/** The first of these names that is a program in `folder`. */
export function programIn(folder: string, names: readonly string[]): string | undefined {
  return names.map((name) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
