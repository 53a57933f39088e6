import { setTimeout as sleep } from 'node:timers/promises';
import { descendants, isAlive, listProcesses, type ProcessEntry, withEnvironment } from './process-table.ts';

/** Carried in the environment by every process that descends from one of ours, so that none can hide from the end. */
export const markVariable = 'HANG_GATE_RUN';

/** The same for the programs that the gate calls, such as py-spy and pip, which are no part of the backend. */
export const toolVariable = 'HANG_GATE_TOOL';

/** Everything that a started process may have become: its group, its children, and what carries its mark. */
export interface ProcessFamily {
  /** Leader of its own process group. */
  readonly rootPid: number;
  /** `NAME=value` in the environment that no process outside the family has. */
  readonly mark: string;
  /** Members that were seen, by pid: one that left the tree and emptied its environment is still one of them. */
  readonly seen: Map<number, ProcessEntry>;
}

/** How long a family has to end by itself after SIGTERM, before it is killed. */
const graceMs = 500;
/** How long SIGKILL may take to show, also for a family that forks as fast as it is killed; longer means an uninterruptible wait. */
const killTimeoutMs = 5_000;

/**
 * Ends a family. A blocked server ignores SIGTERM, a child may have left the group, and a daemon has left the tree: so
 * this ends in SIGKILL for whoever is found by any of the three ways, again until nobody is left.
 * @param politely Send SIGTERM first. Pointless for a server whose loop is blocked.
 * @returns pids that are still alive, which only the kernel can explain.
 */
export async function terminate(family: ProcessFamily, politely: boolean): Promise<number[]> {
  if (politely) {
    askToEnd(family);
    await waitUntilGone(family, graceMs);
  }
  const deadline = performance.now() + killTimeoutMs;
  // Once in any case: where `/proc` is missing nobody else can be found.
  killNow(family);
  let left = members(family);
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(20);
    killNow(family);
    left = members(family);
  }
  return left.map(({ pid }) => pid);
}

/** For the last moment of the gate's own process, when nothing asynchronous runs any more. */
export function killNow(family: ProcessFamily): void {
  signal(-family.rootPid, 'SIGKILL');
  for (const { pid } of members(family)) signal(pid, 'SIGKILL');
}

/** The same for programs that are started by a library which tells no pid. */
export function killMarked(mark: string): void {
  for (const { pid } of withEnvironment(mark, listProcesses())) signal(pid, 'SIGKILL');
}

/** Who belongs to the family right now; a zombie belongs to nobody any more. */
export function members({ rootPid, mark, seen }: ProcessFamily): ProcessEntry[] {
  const table = listProcesses();
  const found = [
    ...descendants(rootPid, table),
    ...table.filter((entry) => entry.groupId === rootPid),
    ...withEnvironment(mark, table),
  ];
  for (const entry of found) seen.set(entry.pid, entry);
  return [...seen.values()].filter(isAlive);
}

/** Asks a family to end. */
export function askToEnd({ rootPid }: ProcessFamily): void {
  signal(-rootPid, 'SIGTERM');
}

/** True when all of a family were gone in time. */
export async function waitUntilGone(
  family: ProcessFamily,
  timeoutMs: number,
  aborted?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (members(family).length > 0) {
    if (performance.now() >= deadline || aborted?.aborted) return false;
    await sleep(20);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, which is what was wanted.
  }
}
