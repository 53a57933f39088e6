import { lstatSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  descendants,
  isAlive,
  listProcesses,
  type ProcessEntry,
  withEnvironment,
} from '../processes/process-table.ts';
import { markVariable, toolVariable } from '../processes/terminate.ts';
import { reportFiles } from '../report-folder/report-folder.ts';
import { partOf } from '../report-folder/write-whole.ts';
import { type RunRecord, thisMachine } from './run-record.ts';

/** What SIGKILL may take to show. */
const killTimeoutMs = 2_000;
const napMs = 10;

/** What had to be done after a run. */
export interface Ended {
  readonly pids: readonly number[];
  readonly folders: readonly string[];
  /** Processes that are still there, which only the kernel can explain. */
  readonly left: readonly number[];
}

/** Ends whatever is there of a run, and waits for it: nothing asynchronous, since it is also the gate's own last act. */
export function endRun(record: RunRecord): Ended {
  const pids = new Set<number>();
  const deadline = performance.now() + killTimeoutMs;
  let left = processesOf(record);
  while (left.length > 0 && performance.now() < deadline) {
    for (const { pid } of left) {
      pids.add(pid);
      kill(pid);
    }
    nap();
    left = processesOf(record);
  }
  // Whoever is still there would fill them anew.
  const folders = left.length === 0 ? record.folders.filter((folder) => removeFolder(folder, record)) : [];
  removeQuietly(partOf(join(record.reportDir, reportFiles.evidence)));
  return { pids: [...pids], folders, left: left.map(({ pid }) => pid) };
}

/**
 * The processes of a run that are alive. A pid alone proves nothing: each carries the run's mark, has the recorded start,
 * or is known by one that does, by descent or by the backend's process group.
 */
export function processesOf(record: RunRecord): ProcessEntry[] {
  const { runId, processes } = record;
  if (!isOfThisMachine(record)) return [];
  const table = listProcesses();
  const known = table.filter(({ pid, startTicks }) =>
    processes.some((process) => process.pid === pid && process.startTicks === startTicks),
  );
  const marked = [markVariable, toolVariable].flatMap((name) => withEnvironment(`${name}=${runId}`, table));
  const sure = [...known, ...marked];
  const leader = processes[0]?.pid;
  // Its number is given to nobody else while one of the group is alive.
  const group = sure.some(({ groupId }) => groupId === leader)
    ? table.filter(({ groupId }) => groupId === leader)
    : [];
  const found = [...sure, ...group].flatMap(({ pid }) => descendants(pid, table));
  return [...new Map(found.map((entry) => [entry.pid, entry])).values()].filter(
    (entry) => entry.pid !== process.pid && isAlive(entry),
  );
}

/** Folders of a run that are there. */
export function foldersOf(record: RunRecord): string[] {
  return record.folders.filter((folder) => isFolderOf(folder, record));
}

function isOfThisMachine({ bootId, pidNamespace }: RunRecord): boolean {
  const here = thisMachine();
  return bootId === here.bootId && pidNamespace === here.pidNamespace;
}

/** A record may have been written by anybody who runs as this user: only what bears the run's own name is removed. */
function isFolderOf(folder: string, { runId }: RunRecord): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return basename(folder).endsWith(runId) && stats?.isDirectory() === true;
}

function removeFolder(folder: string, record: RunRecord): boolean {
  return isFolderOf(folder, record) && removeQuietly(folder);
}

/** Something temporary, and no reason to lose a verdict. */
function removeQuietly(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

function nap(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, napMs);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already, which is what was wanted.
  }
}
