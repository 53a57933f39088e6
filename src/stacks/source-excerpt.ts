import { readFileSync, realpathSync, statSync } from 'node:fs';
import { extname, relative } from 'node:path';
import type { Frame, SourceExcerpt } from '../evidence/schema.ts';

const linesAround = 3;
const largestFileBytes = 2 * 1024 * 1024;

/**
 * The source lines around a frame, for the report. The frame's file name comes from the backend and may name anything,
 * so only Python files that really lie in one of `folders` are read.
 */
export function readExcerpt({ file, line }: Frame, folders: readonly string[]): SourceExcerpt | undefined {
  if (line < 1) return undefined;
  try {
    const real = realpathSync(file);
    if (!folders.some((folder) => isInside(real, realpathSync(folder)))) return undefined;
    if (extname(real) !== '.py') return undefined;
    const status = statSync(real);
    // Reading a pipe would wait for a writer that never comes.
    if (!status.isFile() || status.size > largestFileBytes) return undefined;
    const firstLine = Math.max(1, line - linesAround);
    const lines = readFileSync(real, 'utf8')
      .split('\n')
      .slice(firstLine - 1, line + linesAround);
    if (lines.length <= line - firstLine) return undefined;
    return { file, firstLine, lines: lines.map((text) => text.slice(0, 200)) };
  } catch {
    return undefined;
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !way.startsWith('/');
}
