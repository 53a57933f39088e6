import { machineDuring } from '../analysis/machine.ts';
import type { Evidence } from '../evidence/schema.ts';
import { seconds } from '../rules/wording.ts';
import type { TriageRow } from './triage-row.ts';

/** What the machine took away from all of this, so that a reader can check that nobody was blamed for it. */
export function machineRow(evidence: Evidence): TriageRow[] {
  const last = evidence.machine?.at(-1);
  const shares = machineDuring(0, last?.atMs ?? 0, evidence);
  if (!last || !shares) return [];
  const percent = (name: string, share: number | null) =>
    share === null ? [] : [`${name} ${Math.round(100 * share)} %`];
  const detail = [
    ...percent('CPU pressure', shares.pressure),
    ...percent('stolen', shares.stolen),
    ...percent('throttled', shares.throttled),
    ...(last.suspendedMs !== null && last.suspendedMs >= remarkableMs
      ? [`asleep for ${seconds(last.suspendedMs)}`]
      : []),
    `the gate itself late by at most ${seconds(evidence.gate.maxDelayMs)}`,
  ];
  return [{ step: 'What the machine took away meanwhile', result: 'info', detail: detail.join(', ') }];
}

/** Less is the clocks' own unevenness. */
const remarkableMs = 250;
