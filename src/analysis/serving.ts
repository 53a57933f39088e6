import type { Evidence, LoopEvidence } from '../evidence/schema.ts';

/**
 * True for the processes whose stacks are taken and whose loops are judged: the workers, and every Python of which nothing
 * tells that it does not serve.
 */
export function mayServe({ role }: Evidence['processes'][number]): boolean {
  return role === 'worker' || role === 'backend';
}

/** True when this loop served, so that its end is the end of a worker. A helper that comes and goes is none. */
export function wasWorker(
  { pid, samplesAtSelector }: LoopEvidence,
  { processes }: Pick<Evidence, 'processes'>,
): boolean {
  return (
    samplesAtSelector > 0 || processes.some((process) => process.pid === pid && process.role === 'worker')
  );
}
