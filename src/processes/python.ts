import { basename } from 'node:path';
import { readProc, readProcLink } from './process-table.ts';

/**
 * The Python version that a process runs, such as `3.11`; `null` when it is no Python. Asked of the executable and not
 * of the title, which servers change.
 */
export function pythonVersionOf(pid: number): string | null {
  const executable = basename(readProcLink(`${pid}/exe`) ?? '').replace(/ \(deleted\)$/, '');
  const fromName = /^(?:python|pypy)(\d+\.\d+)?/.exec(executable);
  const library = /libpython(\d+\.\d+)/.exec(readProc(`${pid}/maps`) ?? '');
  if (!fromName && !library) return null;
  return fromName?.[1] ?? library?.[1] ?? 'unknown';
}
