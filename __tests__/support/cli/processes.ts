import { readdirSync, readFileSync } from 'node:fs';

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes that hold one of the signs: the beginning of an entry of their environment, or a path there or on their command line. */
export function holding(signs: { readonly environment: string; readonly path: string }): FoundProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: read(name, 'cmdline').replaceAll('\0', ' ').trim() }))
    .filter(
      ({ pid, command }) =>
        command.includes(signs.path) ||
        read(String(pid), 'environ')
          .split('\0')
          .some((entry) => entry.startsWith(signs.environment) || entry.includes(signs.path)),
    );
}

export function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
