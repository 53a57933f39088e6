import type { Frame, SourceExcerpt } from '../evidence/schema.ts';
import { cutShort } from '../redaction/cut-short.ts';
import { isInside, readSourceFile, realPathOf } from './source-file.ts';

const linesAround = 3;
const longestLine = 200;

/**
 * The source lines around a frame, for the report. The frame's file name comes from the backend and may name anything,
 * so only Python files that really lie in one of `folders` are read.
 */
export function readExcerpt({ file, line }: Frame, folders: readonly string[]): SourceExcerpt | undefined {
  if (line < 1) return undefined;
  const real = realPathOf(file);
  const isOurs = folders.some((folder) => real !== undefined && isInside(real, realPathOf(folder) ?? folder));
  const text = real !== undefined && isOurs ? readSourceFile(real) : undefined;
  const firstLine = Math.max(1, line - linesAround);
  const lines = text?.split('\n').slice(firstLine - 1, line + linesAround) ?? [];
  if (lines.length <= line - firstLine) return undefined;
  return { file, firstLine, lines: lines.map((each) => cutShort(each, longestLine)) };
}
