import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import { messageOf } from '../errors.ts';
import { type Evidence, evidenceSchema } from '../evidence/schema.ts';
import { isAlive } from '../processes/process-table.ts';
import { Redactor } from '../redaction/redactor.ts';
import { secretsOf } from '../redaction/secrets.ts';
import { ReportFolder, reportFiles } from '../report-folder/report-folder.ts';
import { pageFolder } from '../reporters/github/page-artifact.ts';
import { repositoryUrl } from '../reporters/github/repository-url.ts';
import { runUrl } from '../reporters/github/run-url.ts';
import { publish } from '../reporters/publish.ts';
import { harmless } from '../reporters/text.ts';
import { sentenceOf } from '../runs/clean-up.ts';
import { endRun } from '../runs/end-run.ts';
import { type RunRecord, removeRecord } from '../runs/run-record.ts';
import { readActionInputs } from '../settings/action-inputs.ts';
import { loadSettings } from '../settings/load.ts';
import { judge } from '../verdict/judge.ts';
import { actionTerminal, reportersOf } from './run-action.ts';
import { readActionState } from './state.ts';

/**
 * The Action's post step. After a main that came to its end there is nothing to do; after one that was killed it ends what
 * that one had started, and reports what that one had seen. It never fails the job: the main has done so.
 */
export async function runPost(env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const { record, hasReported } = readActionState(env);
    if (!record || isAlive(record.gate)) return 0;
    cleanUp(record, env);
    if (!hasReported) await reportLate(record, env);
  } catch (error) {
    core.warning(harmless(`What the step may have left could not be looked after: ${messageOf(error)}`));
  }
  return 0;
}

function cleanUp(record: RunRecord, env: NodeJS.ProcessEnv): void {
  const ended = endRun(record);
  if (ended.left.length === 0) removeRecord(record.gate);
  rmSync(pageFolder(env, record.runId), { recursive: true, force: true });
  const told = sentenceOf(ended);
  if (told) core.info(`hang-gate: the step was killed; ${told}.`);
}

/** @throws when the settings cannot be read any more. */
async function reportLate({ reportDir, startedAt, runId }: RunRecord, env: NodeJS.ProcessEnv): Promise<void> {
  const settings = await loadSettings(readActionInputs(env));
  const redactor = new Redactor(secretsOf({ settings, own: env }));
  const evidence = readEvidence(join(reportDir, reportFiles.evidence), redactor);
  // One of an earlier run says nothing about this one.
  if (!evidence || evidence.gate.startedAt !== startedAt) {
    core.error('The step was ended before it had seen anything.', { title: 'hang-gate: interrupted' });
    return;
  }
  const report = {
    evidence,
    result: judge(evidence),
    reportDir,
    repositoryUrl: repositoryUrl(env),
    links: { run: runUrl(env) },
  };
  // Log and dumps stay where they are: nobody can tell any more whether they are as the gate wrote them.
  const files = new ReportFolder(reportDir, redactor);
  await files.write(reportFiles.evidence, JSON.stringify(evidence, null, 1));
  const never = new AbortController().signal;
  const reporters = reportersOf(settings, actionTerminal(settings), env, never, () => runId);
  await publish(report, reporters, files);
}

/** Whoever killed main may have written it, so it never says that all is well. */
function readEvidence(path: string, redactor: Redactor): Evidence | undefined {
  try {
    const evidence = redactor.data(evidenceSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
    return judge(evidence).verdict === 'pass' ? { ...evidence, interrupted: 'SIGKILL' } : evidence;
  } catch {
    return undefined;
  }
}
