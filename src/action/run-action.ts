import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import { readBaseline } from '../baseline/read-baseline.ts';
import { GateError, messageOf } from '../errors.ts';
import { runGate } from '../gate.ts';
import { interruptNotice, interruptSignal } from '../own-process/interrupt.ts';
import { secretsOfSettings } from '../redaction/secrets.ts';
import { annotations } from '../reporters/github/annotations.ts';
import { artifactUpload } from '../reporters/github/artifact.ts';
import { CommandFileGuard } from '../reporters/github/command-files.ts';
import { pullRequestComment } from '../reporters/github/comment/index.ts';
import { actionOutputs } from '../reporters/github/outputs.ts';
import { pageFolder, pageUpload } from '../reporters/github/page-artifact.ts';
import { repositoryUrl } from '../reporters/github/repository-url.ts';
import { runUrl } from '../reporters/github/run-url.ts';
import { stepSummary } from '../reporters/github/step-summary.ts';
import { fileReporters } from '../reporters/index.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { resultFile } from '../reporters/result-file.ts';
import { Terminal } from '../reporters/terminal.ts';
import { readActionInputs } from '../settings/action-inputs.ts';
import { loadSettings } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { exitCodeOf, usageExitCode } from '../verdict/exit-codes.ts';
import { saveHasReported, saveRecord } from './state.ts';

/** The Action: inputs in, annotations, summary, outputs and artifact out. Answers the exit code. */
export async function runAction(env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const settings = await loadSettings(readActionInputs(env));
    // The runner masks what comes from its own store of secrets; not what a workflow writes down.
    for (const secret of secretsOfSettings(settings)) core.setSecret(secret);
    const workspace = env['GITHUB_WORKSPACE'] ?? process.cwd();
    const baseline = await readBaseline(settings, workspace);
    const terminal = actionTerminal(settings);
    const interrupt = interruptSignal((name) => terminal.onNotice(interruptNotice(name)));
    const commandFiles = new CommandFileGuard(env);
    let runId = '';
    const { result } = await runGate({
      settings,
      workspace,
      baseline,
      listener: terminal,
      reporters: reportersOf(settings, terminal, env, interrupt, () => runId),
      repositoryUrl: repositoryUrl(env),
      links: { run: runUrl(env) },
      reclaim: () => commandFiles.reclaim(),
      interrupt,
      onRecord: (record) => {
        runId = record.runId;
        commandFiles.saveState(() => saveRecord(record));
      },
    });
    return exitCodeOf(result);
  } catch (error) {
    const usage = error instanceof GateError && error.kind === 'usage';
    core.error(messageOf(error), {
      title: usage ? 'hang-gate: wrong settings' : 'hang-gate: internal error',
    });
    return usage ? usageExitCode : exitCodeOf({ verdict: 'inconclusive', reason: 'gate-failed' });
  } finally {
    saveHasReported();
  }
}

export function actionTerminal({ output }: Pick<Settings, 'output'>): Terminal {
  return new Terminal({ stream: process.stdout, output, quarantine });
}

/** Everywhere that a step can report to. */
export function reportersOf(
  settings: Settings,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  interrupt: AbortSignal,
  runId: () => string,
): Reporter[] {
  return [
    resultFile,
    ...fileReporters(settings.reporters),
    annotations,
    actionOutputs,
    // Before those that link to what they upload.
    pageUpload(settings.artifact, env, interrupt, () => pageFolder(env, runId())),
    artifactUpload(settings.artifact, env, interrupt),
    terminal,
    stepSummary,
    pullRequestComment(settings, env, interrupt),
  ];
}

/** While it prints, the runner obeys no workflow command, whatever the backend named its files and functions. */
function quarantine(print: () => void): void {
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n`);
  try {
    print();
  } finally {
    process.stdout.write(`::${token}::\n`);
  }
}
