import { setTimeout as sleep } from 'node:timers/promises';
import { isApplicationFrame } from '../analysis/frames.ts';
import { hasFrames } from '../analysis/has-frames.ts';
import { findLoopThread } from '../analysis/loop-thread.ts';
import { proofOf } from '../analysis/proof.ts';
import { mayServe } from '../analysis/serving.ts';
import { messageOf } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Dump, Frame } from '../evidence/schema.ts';
import type { BackendProcess } from '../processes/backend-processes.ts';
import { readProcessEntry } from '../processes/process-table.ts';
import { readScheduling } from '../processes/scheduling.ts';
import { type ReportFolder, unwritten } from '../report-folder/report-folder.ts';
import { pause } from '../timing/waiting.ts';
import type { StackLadder } from './ladder.ts';
import { readExcerpt } from './source-excerpt.ts';
import { hasTaskGraph, readTaskGraphs } from './task-graph/read.ts';
import { taskGraphText } from './task-graph/text.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

/** When the dumps of one silence are taken, counted from the first. */
const seriesMs = [0, 500, 1_500];
/** What falls silent later than this into a series is seen by too few of its dumps, and gets a series of its own. */
const lateForSeriesMs = 400;
/** Silences that are dumped in full; a backend that stutters for minutes must not fill the disk. */
const mostSeries = 8;
/** A busy loop may be caught in the middle of an honest request, so the proof is tried again. */
const proofAttempts = 5;
const proofPauseMs = 150;

export interface StackWatchOptions {
  readonly recorder: Recorder;
  readonly ladder: StackLadder;
  /** The backend's processes as they are at this moment. */
  readonly listProcesses: () => BackendProcess[];
  /** Connections that the backend has not accepted yet; `undefined` where that cannot be seen. */
  readonly countWaiting: () => number | undefined;
  /** Dumps go to `dumps/` in it. */
  readonly files: Pick<ReportFolder, 'write'>;
  readonly workspaceFiles: WorkspaceFiles;
  /** Folders whose source lines may be shown. */
  readonly sourceFolders: readonly string[];
  /** Told of every event loop that a dump shows; not every source knows in which thread. */
  readonly onLoop?: (pid: number, tid: number | undefined) => void;
  /** Told before a process is dumped. */
  readonly onDump?: (pid: number) => void;
}

/** Takes stacks while a probe is silent, and once more at the end of a green run as the proof that the loop is free. */
export class StackWatch {
  readonly #options: StackWatchOptions;
  /** What is silent or stands still right now. */
  readonly #causes = new Set<string>();
  #series: Promise<void> | undefined;
  #seriesCount = 0;
  #seriesBeganMs = 0;
  #closed = false;
  /** Something new fell silent while a series was under way, which was too late to see all of it. */
  #again = false;

  constructor(options: StackWatchOptions) {
    this.#options = options;
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
    await this.#addTaskGraphs(dumps.filter(isFree));
  }

  /** The backend is about to be stopped: what a dump sees from here on is the gate's own doing. */
  close(): void {
    this.#closed = true;
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
    if (this.#seriesCount >= mostSeries) return;
    this.#seriesCount += 1;
    this.#again = false;
    this.#series = this.#takeSeries('silence', () => this.#causes.size > 0)
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

  async #takeSeries(trigger: Dump['trigger'], goesOn: () => boolean): Promise<void> {
    const beganMs = this.#options.recorder.clock.nowMs();
    this.#seriesBeganMs = beganMs;
    // Beside the dumps, which come at their times however long the tasks take.
    const taskGraphs: Promise<void>[] = [];
    const asked = new Set<number>();
    for (const [index, offsetMs] of seriesMs.entries()) {
      const waitMs = beganMs + offsetMs - this.#options.recorder.clock.nowMs();
      if (waitMs > 0) await sleep(waitMs);
      if (this.#closed || !goesOn()) break;
      const dumps = await this.#dumpAll(trigger, index === 0);
      const free = dumps.filter((dump) => isFree(dump) && !asked.has(dump.pid));
      for (const { pid } of free) asked.add(pid);
      const added = this.#addTaskGraphs(free);
      // It may fail before anybody waits for it, which would end the gate.
      added.catch(() => {});
      taskGraphs.push(added);
    }
    await Promise.all(taskGraphs);
  }

  async #dumpAll(trigger: Dump['trigger'], withText: boolean): Promise<Dump[]> {
    const processes = this.refreshProcesses().filter(mayServe);
    if (trigger === 'silence') this.#countWaiting();
    const dumps = await Promise.all(processes.map(({ pid }) => this.#dumpOne(pid, trigger)));
    if (withText) await Promise.all(dumps.map((dump) => this.#addText(dump)));
    return dumps;
  }

  #countWaiting(): void {
    const { recorder, countWaiting } = this.#options;
    const connections = countWaiting();
    if (connections === undefined) return;
    recorder.evidence.acceptQueue.push({ atMs: recorder.clock.nowMs(), connections });
  }

  async #dumpOne(pid: number, trigger: Dump['trigger']): Promise<Dump> {
    const { recorder, ladder, onDump } = this.#options;
    onDump?.(pid);
    const startMs = recorder.clock.nowMs();
    const {
      threads: seen = [],
      text,
      format,
      source,
      error,
      wakes,
    } = await ladder.dump(pid, trigger === 'baseline' || trigger === 'proof');
    const threads = seen.map((thread) => ({ ...thread, frames: this.#ownFrames(thread.frames, pid) }));
    const loopThread = findLoopThread(threads, pid);
    const loopTid = loopThread?.tid ?? pid;
    if (loopThread) this.#options.onLoop?.(pid, loopThread.tid ?? undefined);
    const dump: Dump = {
      pid,
      trigger,
      startMs,
      durationMs: recorder.clock.nowMs() - startMs,
      source,
      threads,
      loopScheduling: readScheduling(pid, loopTid),
      files: [],
      error,
      wakes,
    };
    if (this.#closed) return dump;
    recorder.evidence.dumps.push(dump);
    if (text !== undefined) {
      await this.#write(dump, `dumps/${fileStem(dump)}.${format}`, text);
      this.#markFirstDump(trigger);
      this.#keepSources(threads.flatMap(({ frames }) => frames));
    }
    return dump;
  }

  async #addText(dump: Dump): Promise<void> {
    const { text, wakes = 0 } = (hasFrames(dump) && (await this.#options.ladder.dumpText(dump.pid))) || {};
    dump.wakes = (dump.wakes ?? 0) + wakes;
    if (text === undefined) return;
    await this.#write(dump, `dumps/${fileStem(dump)}.txt`, text);
  }

  /** What a file cannot take is in the evidence all the same; said once, for a disk that is full. */
  async #write(dump: Dump, file: string, text: string): Promise<void> {
    const { recorder, files } = this.#options;
    try {
      await files.write(file, text);
      dump.files.push(file);
    } catch (error) {
      const { gateErrors } = recorder.evidence;
      if (gateErrors.every(({ code }) => code !== 'report'))
        gateErrors.push(unwritten(file, messageOf(error)));
    }
  }

  /** What waits on a free loop has no stack; from Python 3.14 on its tasks can be read instead. */
  async #addTaskGraphs(dumps: readonly Dump[]): Promise<void> {
    const { recorder } = this.#options;
    const { processes, taskGraphs } = recorder.evidence;
    const pythonOf = (pid: number) => processes.find((process) => process.pid === pid)?.python ?? null;
    const asked = dumps.filter(({ pid }) => hasTaskGraph(pythonOf(pid)));
    const atMs = recorder.clock.nowMs();
    const readings = await readTaskGraphs(asked.map(({ pid }) => pid));
    for (const dump of asked) {
      const reading = readings.find(({ pid }) => pid === dump.pid);
      if (this.#closed || reading === undefined) continue;
      const tasks = reading.tasks.map((task) => ({ ...task, stack: this.#ownFrames(task.stack, dump.pid) }));
      taskGraphs.push({ ...reading, tasks, trigger: dump.trigger, atMs });
      this.#keepSources(tasks.flatMap(({ stack }) => stack));
      if (reading.error !== null) continue;
      await this.#write(
        dump,
        `dumps/${fileStem(dump)}-tasks.txt`,
        taskGraphText(reading.tasks, reading.omitted),
      );
    }
  }

  #ownFrames(frames: readonly Frame[], pid: number): Frame[] {
    return frames.map((frame) => this.#options.workspaceFiles.own(frame, pid));
  }

  #markFirstDump(trigger: Dump['trigger']): void {
    if (trigger !== 'silence') return;
    const { evidence, clock } = this.#options.recorder;
    for (const silence of evidence.silences) {
      if (silence.endMs === null) silence.firstDumpMs ??= clock.nowMs();
    }
  }

  #keepSources(frames: readonly Frame[]): void {
    const { sources } = this.#options.recorder.evidence;
    for (const frame of frames.filter(isApplicationFrame)) {
      const known = sources.some(
        ({ file, firstLine, lines }) =>
          file === frame.file && firstLine < frame.line && frame.line < firstLine + lines.length - 1,
      );
      const excerpt = known ? undefined : readExcerpt(frame, this.#options.sourceFolders);
      if (excerpt) sources.push(excerpt);
    }
  }
}

function isFree(dump: Dump): boolean {
  return proofOf([dump]) === 'free';
}

/** Sorts by time: `dumps/02310ms-4711-silence`. */
function fileStem({ startMs, pid, trigger }: Dump): string {
  return `${String(Math.round(startMs)).padStart(6, '0')}ms-${pid}-${trigger}`;
}
