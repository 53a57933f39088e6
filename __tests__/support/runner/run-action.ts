import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputVariables, readActionMetadata, unexpectedInputs } from './action-metadata.ts';
import { cancel } from './cancellation.ts';
import { jobEnvironment } from './environment.ts';
import { endOrphans, processesWith } from './processes.ts';
import { Secrets } from './secrets.ts';
import { type RunningStage, runStage, type StageResult } from './stage.ts';

export interface RunOptions {
  /** Of `copyAction()`. */
  readonly action: string;
  readonly workspace: string;
  /** Folder of the runner's own, for this job alone: it holds `RUNNER_TEMP` and `TMPDIR`. */
  readonly runnerFolder: string;
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
  /** Resolves when main's process is to be killed, as by a machine that runs out of memory. */
  readonly killWhen?: (step: RunningStep) => Promise<void>;
  /** What post gets instead of what main saved. */
  readonly tamper?: (states: StageResult['states']) => StageResult['states'];
}

export interface RunningStep extends RunningStage {
  /** In the environment of every process of the step. */
  readonly trackingId: string;
}

/** What main did, as the job sees it, and what came after. */
export interface StepResult extends StageResult {
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  /** Signals that the cancellation needed, and how long the step then lived. */
  readonly cancelled: { readonly signals: readonly NodeJS.Signals[]; readonly tookMs: number } | undefined;
  /** Pids that main left alive. */
  readonly leftBehind: readonly number[];
  /** Absent when the action has none. */
  readonly post: StageResult | undefined;
  /** Pids that were alive when the job was over, and that the runner therefore ended. */
  readonly orphans: readonly number[];
  /** Files and folders that were left in `RUNNER_TEMP` and `TMPDIR`, by name. */
  readonly temporaryFiles: readonly string[];
}

/** Runs the Action as a step of a job, the way actions/runner does: its main, its post whatever became of main, its last net. */
export async function runAction(options: RunOptions): Promise<StepResult> {
  const { action, inputs, runnerFolder } = options;
  const metadata = readActionMetadata(action);
  const trackingId = `github_${randomUUID()}`;
  const [temporary, machineTemporary] = ['_temp', 'tmp'].map((name) => join(runnerFolder, name)) as [
    string,
    string,
  ];
  for (const folder of [temporary, machineTemporary]) mkdirSync(folder, { recursive: true });
  const eventPath = options.event && join(runnerFolder, 'event.json');
  if (eventPath) writeFileSync(eventPath, JSON.stringify(options.event));
  const environment = {
    ...jobEnvironment({ ...options, trackingId, resultsUrl: options.resultsUrl, eventPath }),
    RUNNER_TEMP: temporary,
    TMPDIR: machineTemporary,
    ...inputVariables(metadata, inputs),
  };
  const stage = { workspace: options.workspace, temporary, secrets: new Secrets() };

  let cancelled: StepResult['cancelled'];
  const main = await runStage({
    ...stage,
    script: join(action, metadata.main),
    environment,
    warning: unexpectedInputs(metadata, inputs),
    meanwhile: async (running) => {
      const step = { ...running, trackingId };
      await options.killWhen?.(step);
      if (options.killWhen && !step.exited.aborted) process.kill(step.pid, 'SIGKILL');
      await options.cancelWhen?.(step);
      if (options.cancelWhen) cancelled = await timedCancel(step);
    },
  });
  const leftBehind = processesWith(`RUNNER_TRACKING_ID=${trackingId}`);
  const states = options.tamper?.(main.states) ?? main.states;
  const post =
    metadata.post === undefined
      ? undefined
      : await runStage({
          ...stage,
          script: join(action, metadata.post),
          environment: { ...environment, ...environmentAfter({ ...main, states }, environment.PATH) },
        });
  const wasCancelled = (cancelled?.signals.length ?? 0) > 0;
  return {
    ...main,
    conclusion: wasCancelled ? 'cancelled' : main.succeeded ? 'success' : 'failure',
    cancelled,
    leftBehind,
    post,
    orphans: endOrphans(trackingId),
    temporaryFiles: [temporary, machineTemporary].flatMap((folder) =>
      readdirSync(folder).filter((name) => name !== '_runner_file_commands'),
    ),
  };
}

/** What main changed for the job, and what it left to post alone. */
function environmentAfter({ states, later }: StageResult, path: string): Record<string, string> {
  const own = Object.entries(states).map(([name, value]) => [`STATE_${name}`, value]);
  return { PATH: [...later.paths, path].join(':'), ...later.environment, ...Object.fromEntries(own) };
}

async function timedCancel({ pid, exited }: RunningStep): Promise<StepResult['cancelled']> {
  const began = performance.now();
  const signals = await cancel(pid, exited);
  return { signals, tookMs: performance.now() - began };
}
