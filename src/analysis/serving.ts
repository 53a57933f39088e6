import type { Evidence } from '../evidence/schema.ts';

/**
 * True for the processes whose stacks are taken and whose loops are judged: the workers, and every Python of which nothing
 * tells that it does not serve.
 */
export function mayServe({ role }: Evidence['processes'][number]): boolean {
  return role === 'worker' || role === 'backend';
}
