/** Lines of the workspace's own code, as they were when the dump was taken. */
import type { Frame, SourceExcerpt } from '../evidence/schema.ts';

/** The kept lines that a place lies in; `undefined` when they were not kept. */
export function sourceAround(
  { file, line }: Pick<Frame, 'file' | 'line'>,
  sources: readonly SourceExcerpt[],
): SourceExcerpt | undefined {
  return sources.find(
    (source) =>
      source.file === file && source.firstLine <= line && line < source.firstLine + source.lines.length,
  );
}

/** The line of a frame without its comment. */
export function codeAt(frame: Frame, sources: readonly SourceExcerpt[]): string | undefined {
  const source = sourceAround(frame, sources);
  return source?.lines[frame.line - source.firstLine]?.replace(/(^|\s)#.*$/, '').trim();
}
