/**
 * What a run tells about itself while it goes on, for whoever has to clean up after a gate that was killed. It lies in the
 * folder for temporary files: the next start may be of another project, with another report folder.
 */
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { isAlive, readProc, readProcessEntry, readProcLink } from '../processes/process-table.ts';
import { partOf } from '../write-whole.ts';

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

export function recordPath({ pid, startTicks }: ProcessId): string {
  return join(tmpdir(), `hang-gate-run-${pid}-${startTicks}.json`);
}

/** `undefined` when the text is no record. */
export function parseRecord(text: string): RunRecord | undefined {
  try {
    return runRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function removeRecord(gate: ProcessId): void {
  const path = recordPath(gate);
  for (const file of [path, partOf(path)]) rmSync(file, { force: true });
}

/** Records of this user's gates that are gone; without a `record` where nothing can be read of it. */
export function recordsOfDeadGates(): { readonly gate: ProcessId; readonly record: RunRecord | undefined }[] {
  const here = thisMachine();
  return readdirSync(tmpdir()).flatMap((name) => {
    const [file, pid, startTicks, part] = fileName.exec(name) ?? [];
    if (file === undefined) return [];
    const gate = { pid: Number(pid), startTicks: Number(startTicks) };
    const record = part ? undefined : parseRecord(readOwn(join(tmpdir(), name)) ?? '');
    if (record && record.pidNamespace !== here.pidNamespace) return [];
    const isGone = !isAlive(gate) || (record !== undefined && record.bootId !== here.bootId);
    return isGone && isOwn(join(tmpdir(), name)) ? [{ gate, record }] : [];
  });
}

/** The folder belongs to everybody; a record of somebody else would steer this user's kills. */
function isOwn(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.uid === process.getuid?.();
}

function readOwn(path: string): string | undefined {
  try {
    return isOwn(path) ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
