import type { Scheduling } from '../evidence/schema.ts';
import { readProc } from './process-table.ts';

/** The kernel's accounting of a thread; needs no privilege, works while every way of taking stacks is denied. */
export function readScheduling(pid: number, tid: number): Scheduling | null {
  const task = `${pid}/task/${tid}`;
  const stat = readProc(`${task}/stat`);
  if (stat === undefined) return null;
  const waitChannel = readProc(`${task}/wchan`)?.trim();
  const [ranNs, queuedNs] = (readProc(`${task}/schedstat`) ?? '').trim().split(' ').map(Number);
  const status = readProc(`${task}/status`) ?? '';
  const switches = /^voluntary_ctxt_switches:\s+(\d+)/m.exec(status);
  const tracerPid = Number(/^TracerPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return {
    state: stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '?',
    // `0` means "running" and, on some kernels, "not shown".
    waitChannel: waitChannel === undefined || waitChannel === '0' || waitChannel === '' ? null : waitChannel,
    ranMs: ranNs === undefined || Number.isNaN(ranNs) ? null : ranNs / 1e6,
    queuedMs: queuedNs === undefined ? null : queuedNs / 1e6,
    voluntarySwitches: switches ? Number(switches[1]) : null,
    ...(tracerPid !== 0 && { tracerPid }),
  };
}
