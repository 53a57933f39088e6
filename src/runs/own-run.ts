import { randomUUID } from 'node:crypto';
import { isAlive } from '../processes/process-table.ts';
import { type ProcessFamily, toolVariable } from '../processes/terminate.ts';
import { writeWhole } from '../report-folder/write-whole.ts';
import { endRun } from './end-run.ts';
import { processIdOf, type RunRecord, recordPath, removeRecord, thisMachine } from './run-record.ts';

export interface OwnRunOptions {
  /** Absolute. */
  readonly reportDir: string;
  /** As in the evidence, which is known by it. */
  readonly startedAt: string;
  /** Where the record lies; the folder for temporary files unless a test says otherwise. */
  readonly recordFolder?: string;
  /** Told what would have to be cleaned up after this process, whenever that changes. */
  readonly onRecord?: ((record: RunRecord) => void) | undefined;
}

/**
 * The run of this process. Its record is there from before the first thing that would have to be cleaned up until the last
 * one is gone, so that the post step or the next start can do it when this process is killed.
 */
export class OwnRun implements Disposable {
  readonly id: string = randomUUID();
  readonly #options: OwnRunOptions;
  readonly #gate = processIdOf(process.pid);
  readonly #folders: string[] = [];
  #family: ProcessFamily | undefined;
  #written = '';

  private constructor(options: OwnRunOptions) {
    this.#options = options;
    process.env[toolVariable] = this.id;
    process.once('exit', this.#end);
    this.update();
  }

  static begin(options: OwnRunOptions): OwnRun {
    return new OwnRun(options);
  }

  /** The name for a temporary folder; to be made by the caller. */
  claimFolder(prefix: string): string {
    const folder = `${prefix}-${this.id}`;
    this.#folders.push(folder);
    this.update();
    return folder;
  }

  /** The backend that was started just now. */
  watch(family: ProcessFamily): void {
    this.#family = family;
    this.update();
  }

  /** Brings the record up to date with the processes that were seen since. */
  update(): void {
    // Without `/proc` nobody could tell later whether this process is still there.
    if (!this.#gate) return;
    const record = this.#record();
    const text = JSON.stringify(record);
    if (text === this.#written) return;
    this.#written = text;
    try {
      writeWhole(recordPath(record.gate, this.#options.recordFolder), text);
    } catch {
      // A full disk: this process cleans up all the same, unless it is killed.
    }
    this.#options.onRecord?.(record);
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#end);
    this.#end();
  }

  readonly #end = () => {
    const record = this.#record();
    if (endRun(record).left.length === 0) removeRecord(record.gate, this.#options.recordFolder);
  };

  #record(): RunRecord {
    const { rootPid, seen } = this.#family ?? {};
    const root = rootPid === undefined ? undefined : (seen?.get(rootPid) ?? processIdOf(rootPid));
    const others = [...(seen?.values() ?? [])].filter((entry) => entry.pid !== rootPid && isAlive(entry));
    return {
      runId: this.id,
      startedAt: this.#options.startedAt,
      gate: this.#gate ?? { pid: process.pid, startTicks: 0 },
      processes: [...(root ? [root] : []), ...others].map(({ pid, startTicks }) => ({ pid, startTicks })),
      folders: this.#folders,
      reportDir: this.#options.reportDir,
      ...thisMachine(),
    };
  }
}
