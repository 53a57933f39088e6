import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import { GateError, messageOf } from './errors.ts';
import { runGate } from './gate.ts';
import { interruptNotice, interruptSignal } from './interrupt.ts';
import { annotations } from './reporters/github/annotations.ts';
import { artifactUpload } from './reporters/github/artifact.ts';
import { actionOutputs } from './reporters/github/outputs.ts';
import { pageUpload } from './reporters/github/page-artifact.ts';
import { repositoryUrl } from './reporters/github/repository-url.ts';
import { stepSummary } from './reporters/github/step-summary.ts';
import { htmlReport } from './reporters/html/index.ts';
import { summaryFile } from './reporters/job-summary.ts';
import { resultFile } from './reporters/result-file.ts';
import { Terminal } from './reporters/terminal.ts';
import { readActionInputs } from './settings/action-inputs.ts';
import { loadSettings } from './settings/load.ts';
import { exitCodeOf, usageExitCode } from './verdict/exit-codes.ts';

/** The Action: inputs in, annotations, summary, outputs and artifact out. Answers the exit code. */
export async function runAction(env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const settings = await loadSettings(readActionInputs(env));
    const terminal = new Terminal({ stream: process.stdout, quarantine });
    const interrupt = interruptSignal((name) => terminal.onNotice(interruptNotice(name)));
    const { result } = await runGate({
      settings,
      workspace: env['GITHUB_WORKSPACE'] ?? process.cwd(),
      listener: terminal,
      reporters: [
        resultFile,
        summaryFile,
        htmlReport,
        terminal,
        annotations,
        actionOutputs,
        // Before the summary, which links to it.
        pageUpload(settings.artifact, env, interrupt),
        stepSummary,
        artifactUpload(settings.artifact, env, interrupt),
      ],
      repositoryUrl: repositoryUrl(env),
      interrupt,
    });
    return exitCodeOf(result);
  } catch (error) {
    const usage = error instanceof GateError && error.kind === 'usage';
    core.error(messageOf(error), {
      title: usage ? 'hang-gate: wrong settings' : 'hang-gate: internal error',
    });
    return usage ? usageExitCode : exitCodeOf({ verdict: 'inconclusive', reason: 'gate-failed' });
  }
}

/** While it prints, the runner obeys no workflow command, whatever the backend named its files and functions. */
function quarantine(print: () => void): void {
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n`);
  print();
  process.stdout.write(`::${token}::\n`);
}
