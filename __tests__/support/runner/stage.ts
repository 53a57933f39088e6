import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Annotation, Annotations } from './annotations.ts';
import { CommandProcessor } from './command-processor.ts';
import {
  createFileCommands,
  type FileCommand,
  parseEnvironment,
  parseKeyValues,
  parsePaths,
  readFileCommands,
} from './file-commands.ts';
import { eachLine } from './lines.ts';
import type { Secrets } from './secrets.ts';
import { acceptSummary } from './step-summary.ts';

export interface StageOptions {
  /** What Node runs. */
  readonly script: string;
  readonly workspace: string;
  readonly temporary: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly secrets: Secrets;
  /** What the runner itself has to warn of. */
  readonly warning?: string | undefined;
  /** Goes on beside the stage. */
  readonly meanwhile?: (stage: RunningStage) => Promise<void>;
}

export interface RunningStage {
  readonly pid: number;
  /** What the log holds by now. */
  readonly log: () => string;
  /** Aborted when its process is gone. */
  readonly exited: AbortSignal;
}

/** One run of Node for a step: its main, or its post. */
export interface StageResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** False for its exit code, its commands or its files. */
  readonly succeeded: boolean;
  readonly annotations: readonly Annotation[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What post gets as `STATE_<name>`. */
  readonly states: Readonly<Record<string, string>>;
  /** What it changed for whatever comes later in the job. */
  readonly later: {
    readonly environment: Readonly<Record<string, string>>;
    readonly paths: readonly string[];
  };
  readonly masks: readonly string[];
  /** True when commands were still stopped at the end. */
  readonly commandsStopped: boolean;
  readonly summary: string;
  readonly log: string;
  readonly files: Readonly<Record<FileCommand, string>>;
  readonly wallMs: number;
}

/** The runner waits this long for the output of a process that is gone. */
const lastOutputMs = 5_000;

/** Runs one stage as actions/runner does: with command files of its own, which count however it ends. */
export async function runStage(options: StageOptions): Promise<StageResult> {
  const { secrets, workspace } = options;
  const annotations = new Annotations(workspace);
  const commands = new CommandProcessor(annotations, secrets);
  const files = createFileCommands(join(options.temporary, '_runner_file_commands'));
  if (options.warning !== undefined) annotations.add('warning', options.warning);

  const began = performance.now();
  const child = spawn(process.execPath, [options.script], {
    cwd: workspace,
    env: { ...options.environment, ...files },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  eachLine(child.stdout, (line) => commands.take(line));
  eachLine(child.stderr, (line) => commands.take(line));
  const closed = once(child, 'close');
  const exited = new AbortController();
  child.once('exit', () => exited.abort());
  await once(child, 'spawn');

  const log = () => commands.log.join('\n');
  const meanwhile = options.meanwhile?.({ pid: child.pid as number, log, exited: exited.signal });
  if (!exited.signal.aborted) await once(exited.signal, 'abort');
  const wallMs = performance.now() - began;
  await meanwhile;
  await Promise.race([closed, sleep(lastOutputMs, undefined, { ref: false })]);

  const contents = readFileCommands(files);
  /** A file that cannot be read fails the step, and the others are read all the same. */
  const read = <T>(name: FileCommand, parse: (text: string) => T, none: T): T => {
    try {
      return parse(contents[name]);
    } catch (error) {
      annotations.add('error', `Unable to process file command '${name}' successfully.`);
      annotations.add('error', String(error));
      commands.failed = true;
      return none;
    }
  };
  const outputs = { ...commands.outputs, ...read('GITHUB_OUTPUT', parseKeyValues, {}) };
  const states = { ...commands.states, ...read('GITHUB_STATE', parseKeyValues, {}) };
  const environment = read('GITHUB_ENV', parseEnvironment, {});
  const paths = read('GITHUB_PATH', parsePaths, []);
  const summary = acceptSummary(contents.GITHUB_STEP_SUMMARY, annotations, secrets);
  return {
    exitCode: child.exitCode,
    signal: child.signalCode,
    succeeded: child.exitCode === 0 && !commands.failed,
    annotations: annotations.kept,
    outputs,
    states,
    later: { environment, paths },
    masks: commands.masks,
    commandsStopped: commands.stopped,
    summary,
    log: log(),
    files: contents,
    wallMs,
  };
}
