import { basename } from 'node:path';
import { commandLine, readProc, readProcLink } from './process-table.ts';

/** What `/proc` shows of a process; `undefined` for what it shows to its owner alone. */
export interface ProgramFacts {
  readonly executable: string | undefined;
  readonly maps: string | undefined;
  /** The name of its main thread, which servers change. */
  readonly name: string;
  /** Empty for one that is dead and not yet waited for. */
  readonly commandLine: string;
}

const interpreter = /^(?:python|pypy)(\d+\.\d+)?/;
const servers = /^(uvicorn|gunicorn|hypercorn|granian)\b/;

/** The Python version that a process runs, such as `3.11`; `null` when it is no Python. */
export function pythonVersionOf(pid: number): string | null {
  return pythonIn({
    executable: readProcLink(`${pid}/exe`),
    maps: readProc(`${pid}/maps`),
    name: readProc(`${pid}/comm`)?.trim() ?? '',
    commandLine: commandLine(pid),
  });
}

/** By the executable and not by the title, unless the process is another user's; its version is `unknown` then. */
export function pythonIn({ executable, maps, name, commandLine }: ProgramFacts): string | null {
  if (executable === undefined) {
    const program = basename(commandLine.split(' ')[0] ?? '');
    const isPython =
      commandLine !== '' && [name, program].some((each) => interpreter.test(each) || servers.test(each));
    return isPython ? 'unknown' : null;
  }
  const fromName = interpreter.exec(basename(executable).replace(/ \(deleted\)$/, ''));
  const library = /libpython(\d+\.\d+)/.exec(maps ?? '');
  if (!fromName && !library) return null;
  return fromName?.[1] ?? library?.[1] ?? 'unknown';
}
