import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { messageOf } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../plan/plan.ts';
import { type BackendProcess, listBackendProcesses } from '../processes/backend-processes.ts';
import { markOwnProcess } from '../processes/inherited-mark.ts';
import { readProcessEntry } from '../processes/process-table.ts';
import {
  askToEnd,
  killNow,
  markVariable,
  type ProcessFamily,
  terminate,
  waitUntilGone,
} from '../processes/terminate.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { type ReportFolder, reportFiles, unwritten } from '../report-folder/report-folder.ts';
import type { StackShim } from '../stacks/faulthandler/shim.ts';
import { pause } from '../timing/waiting.ts';
import { BootFailed, becomeReady } from './become-ready.ts';
import { backendEnvironment } from './environment.ts';
import { BackendLog } from './log.ts';
import { portOf } from './port.ts';

/** A dead process keeps its exit code from its parent until the last of its threads is gone. */
const exitNewsMs = 2_000;

/** The backend under test: a process family of its own, its output drained, its end watched. */
export class Backend implements AsyncDisposable {
  readonly pid: number;
  /** Aborted when the backend ends before the gate stops it. */
  readonly exited: AbortSignal;
  readonly family: ProcessFamily;
  readonly #log: BackendLog;
  readonly #files: ReportFolder;
  readonly #recorder: Recorder;
  #stopping: Promise<void> | undefined;
  /** From here on its end is the gate's doing. */
  #isBeingEnded = false;

  private constructor(
    pid: number,
    family: ProcessFamily,
    log: BackendLog,
    exited: AbortSignal,
    { files, recorder }: StartOptions,
  ) {
    this.pid = pid;
    this.family = family;
    this.exited = exited;
    this.#log = log;
    this.#files = files;
    this.#recorder = recorder;
  }

  /**
   * Starts the command in a process group of its own.
   * @throws {BootFailed} when it cannot be started at all.
   */
  static async start(plan: Plan, options: StartOptions): Promise<Backend> {
    const { recorder, files, redactor, runId } = options;
    const { backend } = recorder.evidence;
    const [file, args] =
      plan.command.kind === 'shell'
        ? ['/bin/sh', ['-c', plan.command.line]]
        : [plan.command.argv[0] ?? '', plan.command.argv.slice(1)];
    const environment = backendEnvironment({
      own: process.env,
      added: plan.env,
      proxyUrl: options.proxyUrl,
      runId,
      workingDirectory: plan.workingDirectory,
    });
    const limit = await markOwnProcess();
    const log = new BackendLog(await files.create(reportFiles.log), () => recorder.clock.nowMs(), redactor);
    backend.startedMs = recorder.clock.nowMs();
    let child: SpawnedChild;
    try {
      child = await spawned(file, args, {
        cwd: plan.workingDirectory,
        env: options.shim?.addTo(environment) ?? environment,
      });
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      backend.exit = { atMs: recorder.clock.nowMs(), code: missing ? 127 : 126, signal: null };
      files.keep(reportFiles.log, await log.close());
      backend.lastLogLines = [missing ? `${file}: not found` : messageOf(error)];
      throw new BootFailed('exited');
    }
    const pid = child.pid as number;
    backend.pid = pid;
    log.drain(child.stdout);
    log.drain(child.stderr);

    const exited = new AbortController();
    const started = new Backend(
      pid,
      { rootPid: pid, mark: `${markVariable}=${runId}`, limit, seen: new Map() },
      log,
      exited.signal,
      options,
    );
    // Not `close`: that waits for pipes which a surviving grandchild may hold for ever.
    child.once('exit', (code, signal) => {
      if (started.#isBeingEnded) return;
      backend.exit = { atMs: recorder.clock.nowMs(), code, signal };
      exited.abort(new Error('the backend ended'));
    });
    process.once('exit', started.#killNow);
    options.onStarted?.(started.family);
    return started;
  }

  /**
   * Waits for the first complete answer.
   * @throws {BootFailed} when the backend ends first or the boot timeout passes.
   */
  async waitUntilReady(plan: Plan, signal: AbortSignal): Promise<void> {
    await becomeReady({ plan, recorder: this.#recorder, exited: this.exited, signal });
  }

  listProcesses(plan: Plan): BackendProcess[] {
    return listBackendProcesses(this.family, portOf(plan.origin));
  }

  /** Sends SIGTERM, as whoever deploys it does. True when all of it had ended by itself in time. */
  async endsByItself(timeoutMs: number, interrupt: AbortSignal): Promise<boolean> {
    this.#isBeingEnded = true;
    askToEnd(this.family);
    return await waitUntilGone(this.family, timeoutMs, interrupt);
  }

  /** Ends the whole family and closes the log. May be called more than once. */
  stop(politely: boolean): Promise<void> {
    this.#stopping ??= this.#stop(politely);
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(false);
  }

  async #stop(politely: boolean): Promise<void> {
    const { evidence } = this.#recorder;
    // The kernel shows a death before Node tells of it, and with it how the process ended.
    if (readProcessEntry(this.pid)?.state === 'Z') await pause(exitNewsMs, this.exited);
    this.#isBeingEnded = true;
    const left = await terminate(this.family, politely);
    if (left.length > 0) {
      evidence.gateErrors.push({
        code: 'left-behind',
        message: `Processes ${left.join(', ')} survived SIGKILL; they are stuck in the kernel.`,
      });
    } else {
      process.off('exit', this.#killNow);
    }
    const digest = await this.#log.close();
    if (this.#log.error === undefined) this.#files.keep(reportFiles.log, digest);
    else {
      await this.#files.giveUp(reportFiles.log);
      evidence.gateErrors.push(unwritten(reportFiles.log, this.#log.error));
    }
    evidence.backend.lastLogLines = this.#log.lastLines(20);
    evidence.backend.logLines = this.#log.lastTimedLines();
  }

  readonly #killNow = () => killNow(this.family);
}

type SpawnedChild = ChildProcessByStdio<null, Readable, Readable>;

/** @throws what keeps it from being started: Node tells some of it at once and the rest a moment later. */
async function spawned(
  file: string,
  args: readonly string[],
  place: Pick<SpawnOptions, 'cwd' | 'env'>,
): Promise<SpawnedChild> {
  const child = spawn(file, args, { ...place, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  await once(child, 'spawn');
  return child;
}

export interface StartOptions {
  readonly recorder: Recorder;
  readonly files: ReportFolder;
  readonly redactor: Redactor;
  /** Of the gate's own forward proxy. */
  readonly proxyUrl: string;
  readonly runId: string;
  /** What lets its Pythons show their stacks by themselves. */
  readonly shim?: StackShim | undefined;
  /** Told at once what has been started, before anything else can happen to the gate. */
  readonly onStarted?: (family: ProcessFamily) => void;
}
