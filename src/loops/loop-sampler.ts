import { setTimeout as sleep } from 'node:timers/promises';
import { isAtSelector } from '../analysis/loop-thread.ts';
import { wakesPerDump } from '../analysis/samples.ts';
import { wasWorker } from '../analysis/serving.ts';
import { messageOf } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { LoopEvidence, Scheduling, Stint } from '../evidence/schema.ts';
import { isAlive, readProcessEntry } from '../processes/process-table.ts';
import { readScheduling } from '../processes/scheduling.ts';
import { HoldWatch } from './holds.ts';
import { keepLongest, shortestKeptMs } from './keep-longest.ts';

/** About 20 samples a second: a few short reads of `/proc` each, too little to be seen in any latency. */
const intervalMs = 50;
/**
 * After a gap of this length only the kernel knows what the loop did meanwhile: one that gave up its processor by itself
 * may have been at its selector, and starts with a clean slate, unless being dumped explains that it did.
 */
const gapMs = 250;

interface Track {
  readonly evidence: LoopEvidence;
  readonly startTicks: number;
  readonly holds: HoldWatch;
  last: Scheduling | undefined;
  lastMs: number;
  /** Where it slept when it was last seen to sleep. */
  sleptIn: string | null;
  /** The absence that is going on: since when, and the accounting at its start. */
  open: { stint: Stint; first: Scheduling } | undefined;
  standing: boolean;
}

export interface LoopSamplerOptions {
  readonly recorder: Recorder;
  readonly deadlineMs: number;
  readonly dumpAfterMs: number;
  /** A loop has been away from its selector for longer than `dump-after`. */
  readonly onStanding: (pid: number) => void;
  readonly onTurnsAgain: (pid: number) => void;
  /** Whether the evidence proves by now that this loop is blocked; asked once it has been away for the deadline. */
  readonly isBlocked: (pid: number) => boolean;
}

/**
 * Watches every worker's loop by itself. Probes go to whichever worker accepts them, so one hung worker of several is
 * not seen from outside; the kernel's accounting of its loop thread tells, without any privilege.
 */
export class LoopSampler implements Disposable {
  /** Aborted when a loop has been away from its selector for the deadline, or when its process has died. */
  readonly over: AbortSignal;
  readonly #over = new AbortController();
  readonly #options: LoopSamplerOptions;
  readonly #tracks = new Map<number, Track>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LoopSamplerOptions) {
    this.#options = options;
    this.over = this.#over.signal;
  }

  /** Follows the loop of a process: in its main thread, unless a dump has shown in which. */
  follow(pid: number, shownTid?: number): void {
    const known = this.#tracks.get(pid);
    if (known) {
      if (shownTid === undefined || shownTid === known.evidence.tid) return;
      // What another thread did says nothing of this one.
      this.#close(known);
      known.last = undefined;
      known.evidence.tid = shownTid;
      return;
    }
    const entry = readProcessEntry(pid);
    if (!entry) return;
    const evidence: LoopEvidence = {
      pid,
      tid: shownTid ?? pid,
      samples: 0,
      samplesAtSelector: 0,
      stints: [],
      holds: [],
      goneMs: null,
    };
    const { evidence: run } = this.#options.recorder;
    run.loops.push(evidence);
    this.#tracks.set(pid, {
      evidence,
      startTicks: entry.startTicks,
      holds: new HoldWatch(evidence.holds ?? [], () => run.backend.pid),
      last: undefined,
      lastMs: 0,
      sleptIn: null,
      open: undefined,
      standing: false,
    });
  }

  /** The process is about to be dumped, which wakes its threads for a moment. */
  onDump(pid: number): void {
    const stint = this.#tracks.get(pid)?.open?.stint;
    if (stint) stint.dumps = (stint.dumps ?? 0) + 1;
  }

  start(): void {
    this.#timer = setInterval(() => {
      try {
        this.#tick();
      } catch (error) {
        this.#fail(error);
      }
    }, intervalMs);
  }

  /** Ends sampling; what is going on is kept as it stands. */
  stop(): void {
    clearInterval(this.#timer);
    for (const track of this.#tracks.values()) this.#close(track);
  }

  /**
   * Resolves when no loop is on its way to the deadline. A probe that was sent shortly before its loop stood still misses
   * the deadline first, and the loop's own time would be cut short of it.
   */
  async caughtUp(): Promise<void> {
    const isOnItsWay = ({ open, standing }: Track) =>
      standing && open !== undefined && open.stint.durationMs < this.#options.deadlineMs;
    while ([...this.#tracks.values()].some(isOnItsWay)) await sleep(intervalMs);
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** Without its samples the run would be judged by less than it seems. */
  #fail(error: unknown): void {
    clearInterval(this.#timer);
    const message = `The loops could not be watched to the end: ${messageOf(error)}.`;
    this.#options.recorder.evidence.gateErrors.push({ code: 'internal', message });
    this.#over.abort(new Error(message));
  }

  #tick(): void {
    const nowMs = this.#options.recorder.clock.nowMs();
    for (const [pid, track] of this.#tracks) {
      if (track.evidence.goneMs !== null) continue;
      const scheduling = readScheduling(pid, track.evidence.tid);
      if (!isAlive({ pid, startTicks: track.startTicks })) this.#gone(track, nowMs);
      else if (scheduling) this.#sample(track, scheduling, nowMs);
    }
  }

  #sample(track: Track, scheduling: Scheduling, nowMs: number): void {
    const { evidence } = track;
    const freedom = track.holds.sample(scheduling, nowMs);
    // What it does not do while somebody else holds it is not its fault.
    if (freedom === 'held') this.#close(track);
    // Stopped for a dump, it shows nothing of its own.
    if (freedom !== 'free') return;
    if (nowMs - track.lastMs > gapMs && !sleptOn(track, scheduling)) this.#close(track);
    track.last = scheduling;
    track.lastMs = nowMs;
    if (scheduling.state === 'S') track.sleptIn = scheduling.waitChannel;
    evidence.samples += 1;
    if (isAtSelector(scheduling)) {
      evidence.samplesAtSelector += 1;
      this.#close(track);
      return;
    }
    // A kernel that hides where a thread sleeps cannot tell a loop that waits from one that hangs.
    if (scheduling.state !== 'R' && scheduling.waitChannel === null) return;
    // A loop that was never seen at its selector may be no loop at all.
    if (evidence.samplesAtSelector === 0) return;
    if (track.open && fellAsleep(track.open, scheduling)) this.#close(track);
    track.open ??= { first: scheduling, stint: emptyStint(nowMs) };
    const { stint } = track.open;
    extend(stint, track.open.first, scheduling, nowMs);
    keepLongest(evidence.stints, stint);
    const { durationMs } = stint;
    if (durationMs >= this.#options.dumpAfterMs && !track.standing) {
      track.standing = true;
      this.#options.onStanding(evidence.pid);
    }
    if (
      durationMs >= this.#options.deadlineMs &&
      !this.#over.signal.aborted &&
      this.#options.isBlocked(evidence.pid)
    ) {
      this.#over.abort(new Error(`the event loop of pid ${evidence.pid} stood still for the deadline`));
    }
  }

  #close(track: Track): void {
    track.open = undefined;
    if (!track.standing) return;
    track.standing = false;
    this.#options.onTurnsAgain(track.evidence.pid);
  }

  #gone(track: Track, nowMs: number): void {
    this.#close(track);
    track.evidence.goneMs = nowMs;
    if (!wasWorker(track.evidence, this.#options.recorder.evidence)) return;
    this.#over.abort(new Error(`worker ${track.evidence.pid} died`));
  }
}

/** Across a gap: it never gave up its processor, or no more often than its dumps made it, and sleeps where it slept. */
function sleptOn({ last, sleptIn, open }: Track, now: Scheduling): boolean {
  if (last?.voluntarySwitches === now.voluntarySwitches) return true;
  if (!open || now.voluntarySwitches === null || open.first.voluntarySwitches === null) return false;
  if (now.state === 'S' && now.waitChannel !== sleptIn) return false;
  return now.voluntarySwitches - open.first.voluntarySwitches <= (open.stint.dumps ?? 0) * wakesPerDump;
}

/**
 * It worked for a moment, and sleeps since: counted from then on, one that sleeps for good never gave up its processor.
 * What it worked for longer belongs to its absence.
 */
function fellAsleep({ stint, first }: NonNullable<Track['open']>, now: Scheduling): boolean {
  if (now.state !== 'S' || stint.states['S'] !== undefined || stint.durationMs >= shortestKeptMs)
    return false;
  return (now.voluntarySwitches ?? 0) - (first.voluntarySwitches ?? 0) === 1;
}

function emptyStint(startMs: number): Stint {
  return {
    startMs,
    durationMs: 0,
    ranMs: null,
    queuedMs: null,
    voluntarySwitches: null,
    states: {},
    waitChannels: {},
  };
}

function extend(stint: Stint, first: Scheduling, now: Scheduling, nowMs: number): void {
  const since = (from: number | null, to: number | null) => (from === null || to === null ? null : to - from);
  stint.durationMs = nowMs - stint.startMs;
  stint.ranMs = since(first.ranMs, now.ranMs);
  stint.queuedMs = since(first.queuedMs, now.queuedMs);
  stint.voluntarySwitches = since(first.voluntarySwitches, now.voluntarySwitches);
  stint.states[now.state] = (stint.states[now.state] ?? 0) + 1;
  const channel = now.waitChannel ?? 'running';
  stint.waitChannels[channel] = (stint.waitChannels[channel] ?? 0) + 1;
}
