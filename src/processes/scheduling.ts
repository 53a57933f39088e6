import type { Scheduling } from '../evidence/schema.ts';
import { readProc } from './process-table.ts';

/** Processes of which the kernel has shown where a thread sleeps. Of those of other users it shows nothing. */
const shown = new Set<number>();

/** The kernel's accounting of a thread; needs no privilege, works while every way of taking stacks is denied. */
export function readScheduling(pid: number, tid: number): Scheduling | null {
  const task = `${pid}/task/${tid}`;
  const stat = readProc(`${task}/stat`);
  if (stat === undefined) return null;
  const { state, waitChannel } = whereIn(pid, stat, readProc(`${task}/wchan`)?.trim());
  const [ranNs, queuedNs] = (readProc(`${task}/schedstat`) ?? '').trim().split(' ').map(Number);
  const status = readProc(`${task}/status`) ?? '';
  const switches = /^voluntary_ctxt_switches:\s+(\d+)/m.exec(status);
  const tracerPid = Number(/^TracerPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return {
    state,
    waitChannel,
    ranMs: ranNs === undefined || Number.isNaN(ranNs) ? null : ranNs / 1e6,
    queuedMs: queuedNs === undefined ? null : queuedNs / 1e6,
    voluntarySwitches: switches ? Number(switches[1]) : null,
    ...(tracerPid !== 0 && { tracerPid }),
  };
}

/**
 * A thread that is about to sleep and waits for a processor to do so is told to sleep, and nowhere: it is on the run queue.
 * https://github.com/torvalds/linux/blob/v6.12/kernel/sched/core.c (`get_wchan`)
 */
export function whereIn(
  pid: number,
  stat: string,
  channel: string | undefined,
): Pick<Scheduling, 'state' | 'waitChannel'> {
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '?';
  // `0` means "running" and, on some kernels, "not shown".
  const waitChannel = channel === undefined || channel === '0' || channel === '' ? null : channel;
  if (waitChannel !== null) shown.add(pid);
  return state === 'S' && waitChannel === null && shown.has(pid)
    ? { state: 'R', waitChannel }
    : { state, waitChannel };
}
