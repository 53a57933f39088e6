import { setTimeout as sleep } from 'node:timers/promises';
import { hasFrames } from '../analysis/has-frames.ts';
import { proofOf } from '../analysis/proof.ts';
import { mayServe } from '../analysis/serving.ts';
import { messageOf } from '../errors.ts';
import type { Dump } from '../evidence/schema.ts';
import type { BackendProcess } from '../processes/backend-processes.ts';
import { readProcessEntry } from '../processes/process-table.ts';
import { pause } from '../timing/waiting.ts';
import { Dumper, type DumperOptions } from './dumper.ts';

/** When the dumps of one silence are taken, counted from the first … */
const seriesMs = [0, 500, 1_500];
/** … and, of one that goes on, again half way and this long before the deadline: what it did at first may be over. */
const lateReserveMs = 1_000;
const lateStepMs = 500;
const stepMs = 100;
/** What falls silent later than this into a series is seen by too few of its dumps, and gets a series of its own. */
const lateForSeriesMs = 400;
/** Silences that are dumped from their beginning; a backend that stutters for minutes must not fill the disk. */
const mostSeries = 8;
/** A busy loop may be caught in the middle of an honest request, so the proof is tried again. */
const proofAttempts = 5;
const proofPauseMs = 150;

export interface StackWatchOptions extends DumperOptions {
  /** The backend's processes as they are at this moment. */
  readonly listProcesses: () => BackendProcess[];
  /** Connections that the backend has not accepted yet; `undefined` where that cannot be seen. */
  readonly countWaiting: () => number | undefined;
}

/** Takes stacks while a probe is silent, and once more at the end of a green run as the proof that the loop is free. */
export class StackWatch {
  readonly #options: StackWatchOptions;
  readonly #dumper: Dumper;
  /** What is silent or stands still right now. */
  readonly #causes = new Set<string>();
  #series: Promise<void> | undefined;
  #seriesCount = 0;
  #seriesBeganMs = 0;
  /** Something new fell silent while a series was under way, which was too late to see all of it. */
  #again = false;

  constructor(options: StackWatchOptions) {
    this.#options = options;
    this.#dumper = new Dumper(options);
  }

  /** A route fell silent: dumps at once, unless a series is running already. */
  onSilent(path: string, sinceMs: number): void {
    this.#options.recorder.evidence.silences.push({ path, startMs: sinceMs, endMs: null, firstDumpMs: null });
    this.#dumpWhile(path);
  }

  /** A worker's loop does not come back to its selector; the probes may be answered by another worker meanwhile. */
  onStanding(pid: number): void {
    this.#dumpWhile(`pid ${pid}`);
  }

  onTurnsAgain(pid: number): void {
    this.#causes.delete(`pid ${pid}`);
  }

  onAnswersAgain(path: string, atMs: number): void {
    this.#causes.delete(path);
    const open = this.#options.recorder.evidence.silences.findLast((silence) => silence.path === path);
    if (open) open.endMs ??= atMs;
  }

  /** Resolves when no dump is under way. */
  async idle(): Promise<void> {
    while (this.#series !== undefined) await this.#series;
  }

  /** The undisturbed backend: shows in time whether stacks can be taken at all, and where the loops are. */
  async dumpBaseline(): Promise<void> {
    const dumps = await this.#dumpAll('baseline', false);
    await this.#dumper.addTaskGraphs(dumps.filter(isFree));
  }

  /** The backend is about to be stopped: what a dump sees from here on is the gate's own doing. */
  close(): void {
    this.#dumper.close();
  }

  /** A whole series at once: for a boot or a shutdown that does not end, or a hang that is there already. */
  async dumpSeries(trigger: 'boot' | 'shutdown' | 'silence'): Promise<void> {
    await this.#takeSeries(trigger, () => true);
  }

  /** Dumps until every loop was seen free; false when the attempts are used up, or when it is over before. */
  async proveFree(over: AbortSignal): Promise<boolean> {
    for (let attempt = 1; attempt <= proofAttempts && !over.aborted; attempt += 1) {
      const dumps = await this.#dumpAll('proof', attempt === 1);
      const proofs = dumps.map((dump) => proofOf([dump]));
      const proven =
        proofs.includes('free') && !proofs.some((proof) => proof === 'stuck' || proof === 'unseen');
      if (proven || (this.#isBlind() && !dumps.some(hasFrames))) return this.#closeProof(true);
      await pause(proofPauseMs, over);
    }
    return this.#closeProof(false);
  }

  /** The kernel does not show where loops wait, so without frames another attempt will not do better. */
  #isBlind(): boolean {
    return this.#options.recorder.evidence.loops.every(({ samplesAtSelector }) => samplesAtSelector === 0);
  }

  /** A child that ended meanwhile owes no proof; one that came meanwhile was not asked for one. */
  #closeProof(proven: boolean): boolean {
    for (const known of this.#options.recorder.evidence.processes) {
      known.alive &&= readProcessEntry(known.pid) !== undefined;
    }
    return proven;
  }

  /** The backend's processes as they are now; the evidence keeps all that were ever seen. */
  refreshProcesses(): BackendProcess[] {
    const { processes } = this.#options.recorder.evidence;
    const current = this.#options.listProcesses();
    for (const known of processes) known.alive = current.some(({ pid }) => pid === known.pid);
    for (const found of current) {
      const at = processes.findIndex(({ pid }) => pid === found.pid);
      if (at < 0) processes.push(found);
      else processes[at] = found;
    }
    return current;
  }

  #dumpWhile(cause: string): void {
    const isNew = !this.#causes.has(cause);
    this.#causes.add(cause);
    if (this.#series !== undefined) {
      const sinceMs = this.#options.recorder.clock.nowMs() - this.#seriesBeganMs;
      this.#again ||= isNew && sinceMs > lateForSeriesMs;
      return;
    }
    const offsetsMs = this.#seriesCount < mostSeries ? this.#allMs() : this.#lateMs();
    if (offsetsMs.length === 0) return;
    this.#seriesCount += 1;
    this.#again = false;
    this.#series = this.#takeSeries('silence', () => this.#causes.size > 0, offsetsMs)
      .catch((error) => {
        // Nobody needs to wait for a series, so that nobody else may hear of it.
        const { gateErrors } = this.#options.recorder.evidence;
        gateErrors.push({ code: 'internal', message: messageOf(error) });
      })
      .finally(() => {
        this.#series = undefined;
        const [cause] = this.#causes;
        if (this.#again && cause !== undefined) this.#dumpWhile(cause);
      });
  }

  #allMs(): readonly number[] {
    const [lateMs = 0, ...later] = this.#lateMs();
    const isApart = (atMs: number) => atMs > Math.max(...seriesMs) + lateStepMs;
    return [...seriesMs, ...[lateMs / 2, lateMs, ...later].filter(isApart)];
  }

  /** None where the deadline leaves no time for them. */
  #lateMs(): readonly number[] {
    const { deadlineMs, dumpAfterMs } = this.#options.recorder.evidence.plan;
    const lateMs = deadlineMs - dumpAfterMs - lateReserveMs;
    return lateMs > 0 ? [lateMs, lateMs + lateStepMs] : [];
  }

  async #takeSeries(
    trigger: Dump['trigger'],
    goesOn: () => boolean,
    offsetsMs: readonly number[] = seriesMs,
  ): Promise<void> {
    const beganMs = this.#options.recorder.clock.nowMs();
    this.#seriesBeganMs = beganMs;
    // Beside the dumps, which come at their times however long the tasks take.
    const taskGraphs: Promise<void>[] = [];
    const asked = new Set<number>();
    for (const [index, offsetMs] of offsetsMs.entries()) {
      await this.#waitUntil(beganMs + offsetMs, goesOn);
      if (this.#dumper.isClosed || !goesOn()) break;
      const dumps = await this.#dumpAll(trigger, index === 0);
      const free = dumps.filter((dump) => isFree(dump) && !asked.has(dump.pid));
      for (const { pid } of free) asked.add(pid);
      const added = this.#dumper.addTaskGraphs(free);
      // It may fail before anybody waits for it, which would end the gate.
      added.catch(() => {});
      taskGraphs.push(added);
    }
    await Promise.all(taskGraphs);
  }

  /** Or until there is no more reason to. */
  async #waitUntil(atMs: number, goesOn: () => boolean): Promise<void> {
    const { clock } = this.#options.recorder;
    for (let nowMs = clock.nowMs(); nowMs < atMs && goesOn() && !this.#dumper.isClosed; nowMs = clock.nowMs())
      await sleep(Math.min(atMs - nowMs, stepMs));
  }

  async #dumpAll(trigger: Dump['trigger'], withText: boolean): Promise<Dump[]> {
    const processes = this.refreshProcesses().filter(mayServe);
    if (trigger === 'silence') this.#countWaiting();
    const dumps = await Promise.all(processes.map(({ pid }) => this.#dumper.dump(pid, trigger)));
    if (withText) await Promise.all(dumps.map((dump) => this.#dumper.addText(dump)));
    return dumps;
  }

  #countWaiting(): void {
    const { recorder, countWaiting } = this.#options;
    const connections = countWaiting();
    if (connections === undefined) return;
    recorder.evidence.acceptQueue.push({ atMs: recorder.clock.nowMs(), connections });
  }
}

function isFree(dump: Dump): boolean {
  return proofOf([dump]) === 'free';
}
