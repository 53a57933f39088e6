/** What the machine and its control groups took away over a time, as shares of it. */
import type { Evidence, MachineSample } from '../evidence/schema.ts';

/** Each from 0 to 1, `null` where it is not told. */
export interface MachineShares {
  /** Of the time of all processors, given to others by the hypervisor. */
  readonly stolen: number | null;
  /** In which somebody waited for a processor. */
  readonly pressure: number | null;
  /** In which a quota held up the backend. */
  readonly throttled: number | null;
}

/** A machine that took this much away may have held up anybody. */
const starvingShare = 0.5;

type MachineEvidence = Pick<Evidence, 'machine' | 'gate'>;

/** By the samples around a time; `undefined` when there were none. */
export function machineDuring(
  startMs: number,
  endMs: number,
  { machine = [], gate }: MachineEvidence,
): MachineShares | undefined {
  const first = machine.findLast(({ atMs }) => atMs <= startMs) ?? machine[0];
  const last = machine.find(({ atMs }) => atMs >= endMs) ?? machine.at(-1);
  if (!first || !last || last.atMs <= first.atMs) return undefined;
  const share = (name: keyof MachineSample, of = 1) => {
    const [from, to] = [first[name], last[name]];
    return from === null || to === null ? null : Math.min(1, (to - from) / (last.atMs - first.atMs) / of);
  };
  return {
    stolen: share('stolenMs', gate.processors ?? 1),
    pressure: share('pressureMs'),
    throttled: share('throttledMs'),
  };
}

/** True when the hypervisor or a quota took so much of a time that nobody can be blamed for being late. */
export function machineTookMost(startMs: number, endMs: number, evidence: MachineEvidence): boolean {
  const { stolen = null, throttled = null } = machineDuring(startMs, endMs, evidence) ?? {};
  return (stolen ?? 0) >= starvingShare || (throttled ?? 0) >= starvingShare;
}
