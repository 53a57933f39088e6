/** Times in which somebody else kept the backend from running: a stop signal, a freezer, a debugger. */
import type { Evidence, Hold, Scheduling } from '../evidence/schema.ts';

/** Where the threads of a frozen control group sleep: in version 2, and in version 1. */
const freezers = /^(do_freezer_trap|__refrigerator)/;

/** How a thread is kept from running at this moment; `undefined` when nobody keeps it. */
export function holdOf({ state, waitChannel }: Scheduling): Hold['kind'] | undefined {
  if (state === 'T') return 'stopped';
  if (state === 't') return 'traced';
  return freezers.test(waitChannel ?? '') ? 'frozen' : undefined;
}

/** True of a thread that somebody holds for longer than a dump takes, of which it may bear the mark for a moment. */
export function isHeld(scheduling: Scheduling): boolean {
  const kind = holdOf(scheduling);
  return kind === 'stopped' || kind === 'frozen';
}

/** Of every loop. */
export function holdsOf({ loops }: Pick<Evidence, 'loops'>): (Hold & { readonly pid: number })[] {
  return loops.flatMap(({ pid, holds = [] }) => holds.map((hold) => ({ ...hold, pid })));
}
