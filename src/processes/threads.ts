import { listProc } from './process-table.ts';
import { readScheduling } from './scheduling.ts';

/** What each thread of some processes had run by then, in milliseconds, by `pid/tid`; needs no privilege. */
export type ThreadSnapshot = ReadonlyMap<string, number>;

export function snapshotThreads(pids: readonly number[]): ThreadSnapshot {
  const threads = pids.flatMap((pid) => listProc(`${pid}/task`).map((tid) => [pid, Number(tid)] as const));
  return new Map(threads.map(([pid, tid]) => [threadId(pid, tid), readScheduling(pid, tid)?.ranMs ?? 0]));
}

export function threadId(pid: number, tid: number): string {
  return `${pid}/${tid}`;
}

/** The threads that started or ran between two snapshots; without the kernel's accounting only those that started. */
export function activeBetween(before: ThreadSnapshot, after: ThreadSnapshot): string[] {
  return [...after].filter(([id, ranMs]) => ranMs > (before.get(id) ?? -1)).map(([id]) => id);
}
