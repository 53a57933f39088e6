import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inputVariables, readActionMetadata, unexpectedInputs } from './action-metadata.ts';
import { type Annotation, Annotations } from './annotations.ts';
import { cancel } from './cancellation.ts';
import { CommandProcessor } from './command-processor.ts';
import { jobEnvironment } from './environment.ts';
import { createFileCommands, type FileCommand, parseKeyValues, readFileCommands } from './file-commands.ts';
import { eachLine } from './lines.ts';
import { processesWith } from './processes.ts';
import { acceptSummary } from './step-summary.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface RunOptions {
  /** Of `copyAction()`. */
  readonly action: string;
  readonly workspace: string;
  /** Folder that goes first on PATH. */
  readonly programs: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly resultsUrl?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly actionSource?: { readonly repository: string; readonly ref: string };
  /** What the run belongs to, as GitHub describes it. */
  readonly event?: object;
  /** Resolves when the step is to be cancelled. */
  readonly cancelWhen?: (step: RunningStep) => Promise<void>;
}

export interface RunningStep {
  /** In the environment of every process of the step. */
  readonly trackingId: string;
  /** What the log holds by now. */
  readonly log: () => string;
  /** Aborted when the step is over. */
  readonly exited: AbortSignal;
}

export interface StepResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Exit code, commands and files together, as the job sees it. */
  readonly conclusion: 'success' | 'failure';
  readonly annotations: readonly Annotation[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly masks: readonly string[];
  /** True when commands were still stopped at the end. */
  readonly commandsStopped: boolean;
  readonly summary: string;
  readonly log: string;
  readonly files: Readonly<Record<FileCommand, string>>;
  readonly wallMs: number;
  /** Signals that the cancellation needed, and how long the step then lived. */
  readonly cancelled: { readonly signals: readonly NodeJS.Signals[]; readonly tookMs: number } | undefined;
  /** Pids that the step left alive. */
  readonly leftBehind: readonly number[];
}

/** The runner waits this long for the output of a step whose process is gone. */
const lastOutputMs = 5_000;

/** Runs the Action's main as a step of a job, the way actions/runner does. */
export async function runAction(options: RunOptions): Promise<StepResult> {
  const metadata = readActionMetadata(options.action);
  const annotations = new Annotations();
  const commands = new CommandProcessor(annotations);
  const trackingId = `github_${randomUUID()}`;
  const files = createFileCommands(join(temporaryFolder('runner'), '_temp', '_runner_file_commands'));
  const eventPath = options.event && join(temporaryFolder('event'), 'event.json');
  if (eventPath) writeFileSync(eventPath, JSON.stringify(options.event));
  const warning = unexpectedInputs(metadata, options.inputs);
  if (warning !== undefined) annotations.add('warning', warning);

  const began = performance.now();
  const child = spawn(process.execPath, [join(options.action, metadata.main)], {
    cwd: options.workspace,
    env: {
      ...jobEnvironment({ ...options, trackingId, resultsUrl: options.resultsUrl, eventPath }),
      ...files,
      ...inputVariables(metadata, options.inputs),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  eachLine(child.stdout, (line) => commands.take(line));
  eachLine(child.stderr, (line) => commands.take(line));
  const closed = once(child, 'close');
  const exited = new AbortController();
  child.once('exit', () => exited.abort());
  await once(child, 'spawn');

  const log = () => commands.log.join('\n');
  const cancellation = options
    .cancelWhen?.({ trackingId, log, exited: exited.signal })
    .then(() => timedCancel(child.pid as number, exited.signal));
  await aborted(exited.signal);
  const wallMs = performance.now() - began;
  await Promise.race([closed, sleep(lastOutputMs, undefined, { ref: false })]);

  const contents = readFileCommands(files);
  const summary = acceptSummary(contents.GITHUB_STEP_SUMMARY, annotations);
  const outputs = { ...commands.outputs, ...keyValues(contents.GITHUB_OUTPUT, commands, annotations) };
  return {
    exitCode: child.exitCode,
    signal: child.signalCode,
    conclusion: child.exitCode === 0 && !commands.failed ? 'success' : 'failure',
    annotations: annotations.kept,
    outputs,
    masks: commands.masks,
    commandsStopped: commands.stopped,
    summary,
    log: log(),
    files: contents,
    wallMs,
    cancelled: await cancellation,
    leftBehind: processesWith(`RUNNER_TRACKING_ID=${trackingId}`),
  };
}

async function timedCancel(pid: number, exited: AbortSignal): Promise<StepResult['cancelled']> {
  const began = performance.now();
  const signals = await cancel(pid, exited);
  return { signals, tookMs: performance.now() - began };
}

function keyValues(
  text: string,
  commands: CommandProcessor,
  annotations: Annotations,
): Record<string, string> {
  try {
    return parseKeyValues(text);
  } catch (error) {
    annotations.add('error', String(error));
    commands.failed = true;
    return {};
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
