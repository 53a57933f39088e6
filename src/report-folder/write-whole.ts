import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Where a file is written before it takes its name. */
export function partOf(path: string): string {
  return `${path}.part`;
}

/**
 * Writes a file that is there whole or not at all, also when this process is killed meanwhile. What lies at its place goes,
 * and is not written through where it is a link.
 * @throws when it cannot be written.
 */
export function writeWhole(path: string, content: string | Buffer): void {
  const part = partOf(path);
  rmSync(part, { force: true });
  try {
    writeFileSync(part, content, { flag: 'wx', mode: 0o644 });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
