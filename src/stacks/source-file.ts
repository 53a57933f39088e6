import { readFileSync, realpathSync, statSync } from 'node:fs';
import { extname, relative } from 'node:path';

const largestFileBytes = 2 * 1024 * 1024;

/** The text of a Python file; `undefined` for anything else, and where it cannot be read. Names come from the backend. */
export function readSourceFile(file: string): string | undefined {
  try {
    if (extname(file) !== '.py') return undefined;
    const status = statSync(file);
    // Reading a pipe would wait for a writer that never comes.
    if (!status.isFile() || status.size > largestFileBytes) return undefined;
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Where a file really lies; `undefined` when there is none. */
export function realPathOf(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !way.startsWith('/');
}
