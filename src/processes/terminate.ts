import { setTimeout as sleep } from 'node:timers/promises';
import { withMark } from './inherited-mark.ts';
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
  /** Of {@link markOwnProcess}, where it could be set. */
  readonly limit?: number | undefined;
  /** Members that were seen, by pid: one that left the tree and emptied its environment is still one of them. */
  readonly seen: Map<number, ProcessEntry>;
}

/** How long a family has to end by itself after SIGTERM, before it is killed. */
const graceMs = 500;
/** How long SIGKILL may take to show, also for a family that forks as fast as it is killed; longer means an uninterruptible wait. */
const killTimeoutMs = 5_000;
/** Of looking for those who were started meanwhile. */
const mostRounds = 10;

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

/**
 * For the last moment of the gate's own process, when nothing asynchronous runs any more. First everybody is stopped, until
 * nobody new is found: whoever starts another in place of one that was killed cannot do so then.
 */
export function killNow(family: ProcessFamily): void {
  const stopped = new Set<number>();
  for (let round = 0; round < mostRounds; round += 1) {
    const running = members(family).filter(({ pid }) => !stopped.has(pid));
    if (running.length === 0) break;
    for (const { pid } of running) {
      signal(pid, 'SIGSTOP');
      stopped.add(pid);
    }
  }
  signal(-family.rootPid, 'SIGKILL');
  for (const pid of stopped) signal(pid, 'SIGKILL');
}

/** The same for programs that are started by a library which tells no pid. */
export function killMarked(mark: string): void {
  for (const { pid } of withEnvironment(mark, listProcesses())) signal(pid, 'SIGKILL');
}

/** Who belongs to the family right now; a zombie belongs to nobody any more. */
export function members({ rootPid, mark, limit, seen }: ProcessFamily): ProcessEntry[] {
  const table = listProcesses();
  const tree = descendants(rootPid, table);
  const found = [
    ...tree,
    ...table.filter((entry) => entry.groupId === rootPid),
    ...withEnvironment(mark, table),
    ...(limit === undefined ? [] : strays(limit, tree, table)),
  ];
  for (const entry of found) seen.set(entry.pid, entry);
  const alive = [...seen.values()].filter(isAlive);
  // Whoever starts processes without end must not fill the memory with the dead.
  seen.clear();
  for (const entry of alive) seen.set(entry.pid, entry);
  return alive;
}

/** Who has left the tree. The gate itself and what it runs for its own use have the mark too. */
function strays(
  limit: number,
  tree: readonly ProcessEntry[],
  table: readonly ProcessEntry[],
): ProcessEntry[] {
  const own = new Set(descendants(process.pid, table)).difference(new Set(tree));
  return withMark(limit, table).filter((entry) => !own.has(entry));
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
