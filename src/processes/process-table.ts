/**
 * The machine's processes as Linux shows them under `/proc`. On other systems the folder is missing and every function
 * here answers with what it can know without it, which is little: see `docs/limits.md`.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { cutShort } from '../redaction/cut-short.ts';

const longestCommandLine = 200;

export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly state: string;
  /** Clock ticks between the machine's start and the process's; with the pid it identifies a process for good. */
  readonly startTicks: number;
}

/** Reads a file of `/proc`; `undefined` when the process is gone or not ours to read. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

export function readProcLink(path: string): string | undefined {
  try {
    return readlinkSync(`/proc/${path}`);
  } catch {
    return undefined;
  }
}

export function listProc(path: string): string[] {
  try {
    return readdirSync(`/proc/${path}`);
  } catch {
    return [];
  }
}

export function listProcesses(): ProcessEntry[] {
  return listProc('')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcessEntry(Number(name)))
    .filter((entry) => entry !== undefined);
}

export function readProcessEntry(pid: number): ProcessEntry | undefined {
  const stat = readProc(`${pid}/stat`);
  return stat === undefined ? undefined : parseStat(pid, stat);
}

/** Reads `/proc/PID/stat`; `undefined` when it is something else, as of a process that goes at this moment. */
export function parseStat(pid: number, stat: string): ProcessEntry | undefined {
  // The program's name stands in parentheses and may hold anything, `)` included: fields begin after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parentPid, groupId, startTicks] = [fields[1], fields[2], fields[19]].map((field) =>
    /^-?\d+$/.test(field ?? '') ? Number(field) : undefined,
  );
  if (parentPid === undefined || groupId === undefined || startTicks === undefined) return undefined;
  return { pid, state: fields[0] ?? '?', parentPid, groupId, startTicks };
}

/**
 * True while a process with this pid and start is alive; a zombie is not. Where it cannot even be looked for, since this
 * process has no descriptor left, nothing says that it is gone.
 */
export function isAlive(entry: Pick<ProcessEntry, 'pid' | 'startTicks'>): boolean {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${entry.pid}/stat`, 'utf8');
  } catch (error) {
    return ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
  const now = parseStat(entry.pid, stat);
  return now !== undefined && now.startTicks === entry.startTicks && now.state !== 'Z' && now.state !== 'X';
}

/** The processes below `rootPid`, itself first, parents before children. */
export function descendants(rootPid: number, table: readonly ProcessEntry[]): ProcessEntry[] {
  const found = table.filter((entry) => entry.pid === rootPid);
  for (let at = 0; at < found.length; at += 1) {
    found.push(...table.filter((entry) => entry.parentPid === found[at]?.pid));
  }
  return found;
}

/** Processes that inherited `NAME=value` in their environment, wherever they have gone since. */
export function withEnvironment(assignment: string, table: readonly ProcessEntry[]): ProcessEntry[] {
  return table.filter(({ pid }) => readProc(`${pid}/environ`)?.split('\0').includes(assignment) ?? false);
}

/** The beginning of the command line, for a message. */
export function shortCommandLine(pid: number): string {
  return cutShort(commandLine(pid), longestCommandLine);
}

/** The command line as one text; empty for a kernel thread or a zombie. */
export function commandLine(pid: number): string {
  return (readProc(`${pid}/cmdline`) ?? '').split('\0').join(' ').trim();
}
