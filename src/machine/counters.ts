/** Counters of the whole machine, in milliseconds; `null` where the kernel does not tell. */
import { readProc } from '../processes/process-table.ts';

/** `/proc/stat` counts in hundredths of a second on every system of today. */
const tickMs = 10;

/** Time of all processors together that the hypervisor gave to others. */
export function readStolenMs(): number | null {
  const steal = /^cpu +(?:\d+ +){7}(\d+)/.exec(readProc('stat') ?? '')?.[1];
  return steal === undefined ? null : Number(steal) * tickMs;
}

/** Time in which at least one runnable thread had no processor. */
export function readPressureMs(): number | null {
  const total = /^some .*\btotal=(\d+)/m.exec(readProc('pressure/cpu') ?? '')?.[1];
  return total === undefined ? null : Number(total) / 1_000;
}

/** By how much the clock that goes on while the machine sleeps is ahead of the one that does not. */
export function readSuspendedMs(): number | null {
  const upSeconds = Number.parseFloat(readProc('uptime') ?? '');
  return Number.isNaN(upSeconds) ? null : upSeconds * 1_000 - Number(process.hrtime.bigint()) / 1e6;
}
