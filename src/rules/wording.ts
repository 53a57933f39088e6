/** How times, routes and places are written in every sentence of a report. */
import { relative } from 'node:path';
import { bareName } from '../analysis/frames.ts';
import type { Dump, Evidence, Frame } from '../evidence/schema.ts';
import type { Location } from './rule.ts';

export function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** `/`, `/health` and `/x`: each in code marks. */
export function routes(paths: readonly string[]): string {
  return joined([...new Set(paths)].map((path) => `\`${path}\``));
}

export function joined(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

export function counted(count: number, singular: string): string {
  return `${count} ${singular}${count === 1 ? '' : 's'}`;
}

/** `3 dumps by faulthandler`. */
export function dumpsBy(dumps: readonly Dump[]): string {
  return `${counted(dumps.length, 'dump')} by ${joined([...new Set(dumps.map(({ source }) => source))])}`;
}

/** Relative to the workspace where the file lies in it. */
export function location(frame: Frame, { gate }: Pick<Evidence, 'gate'>): Location {
  const way = relative(gate.workspace, frame.file);
  const inside = way !== '' && !way.startsWith('..') && !way.startsWith('/');
  return {
    file: inside ? way.replaceAll('\\', '/') : frame.file,
    line: frame.line,
    function: frame.function,
  };
}

/** A frame of a library as people know it, alike for every release of Python: `get` (requests/api.py). */
export function libraryCall(frame: Frame): string {
  return `\`${bareName(frame)}\` (${libraryFile(frame.file)})`;
}

/** `requests/api.py` of a file in site-packages or in the standard library. */
export function libraryFile(file: string): string {
  return file.replaceAll('\\', '/').replace(/^.*\/(site-packages|dist-packages|lib\/python[\d.]+t?)\//, '');
}

export function place(frame: Frame, evidence: Pick<Evidence, 'gate'>): string {
  const { file, line } = location(frame, evidence);
  return `${file}:${line}`;
}
