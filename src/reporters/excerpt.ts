import { resolve } from 'node:path';
import { sourceAround } from '../analysis/source.ts';
import type { Evidence } from '../evidence/schema.ts';
import type { Location } from '../rules/rule.ts';

export interface ExcerptLine {
  readonly number: number;
  readonly text: string;
  /** The line that the finding is about. */
  readonly marked: boolean;
}

/** The source lines around a place, as they were when the dump was taken; empty when they were not kept. */
export function excerptOf(
  { file, line }: Location,
  { sources, gate }: Pick<Evidence, 'sources' | 'gate'>,
): ExcerptLine[] {
  const source = sourceAround({ file: resolve(gate.workspace, file), line }, sources);
  return dedented(source?.lines ?? []).map((text, index) => {
    const number = (source?.firstLine ?? 0) + index;
    return { number, text, marked: number === line };
  });
}

/** Without the indentation that all lines share, so that the code itself has the room. */
function dedented(lines: readonly string[]): string[] {
  const indents = lines.filter((text) => text.trim() !== '').map((text) => text.search(/\S/));
  return lines.map((text) => text.slice(Math.min(...indents)).trimEnd());
}
