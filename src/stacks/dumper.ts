import { isApplicationFrame } from '../analysis/frames.ts';
import { hasFrames } from '../analysis/has-frames.ts';
import { findLoopThread } from '../analysis/loop-thread.ts';
import { messageOf } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Dump, Frame } from '../evidence/schema.ts';
import { readScheduling } from '../processes/scheduling.ts';
import { type ReportFolder, unwritten } from '../report-folder/report-folder.ts';
import type { StackLadder } from './ladder.ts';
import { readExcerpt } from './source-excerpt.ts';
import { hasTaskGraph, readTaskGraphs } from './task-graph/read.ts';
import { taskGraphText } from './task-graph/text.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

export interface DumperOptions {
  readonly recorder: Recorder;
  readonly ladder: StackLadder;
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

/** Takes a dump of a process, and keeps it: in the evidence, with the source lines that it shows, and as a file. */
export class Dumper {
  readonly #options: DumperOptions;
  #closed = false;

  constructor(options: DumperOptions) {
    this.#options = options;
  }

  /** What is still under way is not kept any more. */
  close(): void {
    this.#closed = true;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Every thread of a process; without frames, and with the reason, where nothing could take them. */
  async dump(pid: number, trigger: Dump['trigger']): Promise<Dump> {
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

  /** The same as text, for people. */
  async addText(dump: Dump): Promise<void> {
    const { text, wakes = 0 } = (hasFrames(dump) && (await this.#options.ladder.dumpText(dump.pid))) || {};
    dump.wakes = (dump.wakes ?? 0) + wakes;
    if (text === undefined || this.#closed) return;
    await this.#write(dump, `dumps/${fileStem(dump)}.txt`, text);
  }

  /** What waits on a free loop has no stack; from Python 3.14 on its tasks can be read instead. */
  async addTaskGraphs(dumps: readonly Dump[]): Promise<void> {
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

/** Sorts by time: `dumps/02310ms-4711-silence`. */
function fileStem({ startMs, pid, trigger }: Dump): string {
  return `${String(Math.round(startMs)).padStart(6, '0')}ms-${pid}-${trigger}`;
}
