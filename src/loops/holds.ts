import { holdOf } from '../analysis/holds.ts';
import type { Hold, Scheduling } from '../evidence/schema.ts';
import { readProcessEntry, shortCommandLine } from '../processes/process-table.ts';

/** Samples that are further apart than this tell of two holds. */
const gapMs = 250;
const mostKept = 100;

/** Whose a tracer is: of the gate, which takes its dumps this way, of the backend itself, or of somebody else. */
type Owner = 'gate' | 'backend' | 'other';

/** Records for one loop when somebody else keeps it from running. */
export class HoldWatch {
  readonly #holds: Hold[];
  readonly #backendPid: () => number | null;
  /** Of the tracers seen; one that is gone before it could be looked at is in nobody's way. */
  readonly #owners = new Map<number, Owner | undefined>();
  #lastMs: number | undefined;
  #lastSwitches: number | null = null;
  #current: Hold | undefined;

  /** @param holds Where they are written to. */
  constructor(holds: Hold[], backendPid: () => number | null) {
    this.#holds = holds;
    this.#backendPid = backendPid;
  }

  /**
   * To be told of every sample, also of one that is skipped otherwise.
   * @returns `held` or `dumped` when the thread is kept from running, by somebody else or by the gate: what it shows then
   *   is not its own.
   */
  sample(scheduling: Scheduling, nowMs: number): 'free' | 'dumped' | 'held' {
    const kind = this.#kindOf(scheduling);
    const isDumped = kind === undefined && holdOf(scheduling) !== undefined;
    const isNear = this.#lastMs !== undefined && nowMs - this.#lastMs <= gapMs;
    // Whoever gave up no processor meanwhile was not let go either, however long the gate did not look.
    const stayed = kind === this.#current?.kind && scheduling.voluntarySwitches === this.#lastSwitches;
    if (!isNear && !stayed) this.#current = undefined;
    // It began, and ended, somewhere between two samples.
    if (this.#current) this.#current.durationMs = nowMs - this.#current.startMs;
    // A dump that is taken of a held thread does not end the hold.
    if (!isDumped && kind !== this.#current?.kind)
      this.#current = kind && this.#begin(kind, isNear ? (this.#lastMs ?? nowMs) : nowMs, scheduling);
    this.#lastMs = nowMs;
    this.#lastSwitches = scheduling.voluntarySwitches;
    if (isDumped) return 'dumped';
    return holdOf(scheduling) === undefined ? 'free' : 'held';
  }

  #begin(kind: Hold['kind'], startMs: number, { tracerPid }: Scheduling): Hold | undefined {
    const by = kind === 'traced' && tracerPid ? `pid ${tracerPid} (${shortCommandLine(tracerPid)})` : null;
    const before = this.#holds.at(-1);
    // Stopped threads that a dump lets go are ready to run for a moment, and seen so, before they stop again.
    if (before?.kind === kind && before.by === by && before.startMs + before.durationMs >= startMs)
      return before;
    if (this.#holds.length >= mostKept) return undefined;
    const hold: Hold = { startMs, durationMs: 0, kind, by };
    this.#holds.push(hold);
    return hold;
  }

  /** A debugger that only slows the thread down is in its way too, unless the backend was started that way. */
  #kindOf(scheduling: Scheduling): Hold['kind'] | undefined {
    const kind = holdOf(scheduling);
    if (kind !== undefined && kind !== 'traced') return kind;
    const owner = scheduling.tracerPid === undefined ? undefined : this.#ownerOf(scheduling.tracerPid);
    return owner === 'other' || (owner === 'backend' && kind === 'traced') ? 'traced' : undefined;
  }

  #ownerOf(tracerPid: number): Owner | undefined {
    if (!this.#owners.has(tracerPid)) this.#owners.set(tracerPid, this.#findOwner(tracerPid));
    return this.#owners.get(tracerPid);
  }

  #findOwner(tracerPid: number): Owner | undefined {
    for (let pid = tracerPid; ; ) {
      if (pid === this.#backendPid()) return 'backend';
      if (pid === process.pid) return 'gate';
      const entry = readProcessEntry(pid);
      if (!entry) return pid === tracerPid ? undefined : 'other';
      if (entry.parentPid === 0) return 'other';
      pid = entry.parentPid;
    }
  }
}
