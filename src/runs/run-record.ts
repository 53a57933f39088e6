/**
 * What a run tells about itself while it goes on, for whoever has to clean up after a gate that was killed. It lies in the
 * folder for temporary files: the next start may be of another project, with another report folder.
 */
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { isAlive, readProc, readProcessEntry, readProcLink } from '../processes/process-table.ts';
import { partOf } from '../report-folder/write-whole.ts';

const processId = z.object({
  pid: z.number().int().positive(),
  /** Clock ticks since the machine's start; a pid that was given anew has another. */
  startTicks: z.number().int().nonnegative(),
});

const runRecord = z.object({
  /** In the environment of everything that the run starts, and at the end of the name of each folder that it makes. */
  runId: z.uuid(),
  startedAt: z.string(),
  gate: processId,
  /** Of the processes below, the backend's first, as far as they had been seen. */
  processes: z.array(processId),
  /** Temporary folders, absolute. */
  folders: z.array(z.string()),
  reportDir: z.string(),
  /** Ticks and pids mean nothing after the machine was started anew … */
  bootId: z.string(),
  /** … or in another container that shares the folder. */
  pidNamespace: z.string(),
});

export type ProcessId = z.infer<typeof processId>;
export type RunRecord = z.infer<typeof runRecord>;

const fileName = /^hang-gate-run-(\d+)-(\d+)\.json(\.part)?$/;

/** `undefined` where there is no `/proc`: nobody could tell later which processes are meant. */
export function processIdOf(pid: number): ProcessId | undefined {
  const entry = readProcessEntry(pid);
  return entry && { pid, startTicks: entry.startTicks };
}

export function thisMachine(): Pick<RunRecord, 'bootId' | 'pidNamespace'> {
  return {
    bootId: readProc('sys/kernel/random/boot_id')?.trim() ?? '',
    pidNamespace: readProcLink('self/ns/pid') ?? '',
  };
}

export function recordPath({ pid, startTicks }: ProcessId, folder = tmpdir()): string {
  return join(folder, `hang-gate-run-${pid}-${startTicks}.json`);
}

/** `undefined` when the text is no record. */
export function parseRecord(text: string): RunRecord | undefined {
  try {
    return runRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function removeRecord(gate: ProcessId, folder?: string): void {
  const path = recordPath(gate, folder);
  for (const file of [path, partOf(path)]) rmSync(file, { force: true });
}

export interface FoundRecord {
  readonly gate: ProcessId;
  /** `undefined` where nothing can be read of it. */
  readonly record: RunRecord | undefined;
}

/** Those of this user's gates that are gone. */
export function recordsOfDeadGates(folder = tmpdir()): FoundRecord[] {
  const here = thisMachine();
  return namesIn(folder).flatMap((name) => {
    const [file, pid, startTicks, part] = fileName.exec(name) ?? [];
    const path = join(folder, name);
    if (file === undefined || !isOwn(path)) return [];
    const gate = { pid: Number(pid), startTicks: Number(startTicks) };
    const record = part ? undefined : readRecord(path);
    if (record && record.pidNamespace !== here.pidNamespace) return [];
    const isGone = !isAlive(gate) || (record !== undefined && record.bootId !== here.bootId);
    return isGone ? [{ gate, record }] : [];
  });
}

/** The folder belongs to everybody; a record of somebody else would steer this user's kills. */
function isOwn(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.uid === process.getuid?.();
}

/** Where the folder is missing or may not be read, nobody has left a record either. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readRecord(path: string): RunRecord | undefined {
  try {
    return parseRecord(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
