import { machineDuring } from '../analysis/machine.ts';
import type { Evidence } from '../evidence/schema.ts';
import { joined } from './wording.ts';

/** ` (CPU pressure 98 %, stolen 62 %, throttled 0 % of that time)`; nothing where the machine tells none of it. */
export function machineWords(startMs: number, endMs: number, evidence: Evidence): string {
  const shares = machineDuring(startMs, endMs, evidence);
  const told = [
    ['CPU pressure', shares?.pressure],
    ['stolen', shares?.stolen],
    ['throttled', shares?.throttled],
  ] as const;
  const words = told.flatMap(([name, share]) =>
    share === null || share === undefined ? [] : [`${name} ${Math.round(100 * share)} %`],
  );
  return words.length === 0 ? '' : ` (${joined(words)} of that time)`;
}
