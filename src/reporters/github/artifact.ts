import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import * as core from '@actions/core';
import type { Settings } from '../../settings/schema.ts';
import type { Reporter } from '../reporter.ts';

/** The client itself would retry for minutes. */
const uploadTimeoutMs = 30_000;
/** A cancelled step is killed 10 s after its first signal, and stopping the backend takes some of it. */
const interruptedTimeoutMs = 2_000;

export const artifactOutputs = {
  'artifact-id': 'Id of the uploaded report; empty when none was uploaded.',
  'artifact-url': 'Where the uploaded report can be downloaded; empty when none was uploaded.',
} as const;

/** Uploads the report folder. Where no artifact service is at hand, such as in a local run, it says so and goes on. */
export function artifactUpload(
  policy: Settings['artifact'],
  env: NodeJS.ProcessEnv,
  interrupt: AbortSignal,
): Reporter {
  return {
    name: 'artifact',
    report: async ({ result, reportDir }, files) => {
      if (policy === 'never' || (policy === 'on-failure' && result.verdict === 'pass')) return;
      if (!env['ACTIONS_RUNTIME_TOKEN'] || !env['ACTIONS_RESULTS_URL']) {
        core.info('hang-gate: no artifact service here; the report stays in its folder.');
        return;
      }
      const { DefaultArtifactClient } = await import('@actions/artifact');
      // Only what the gate wrote: the backend may have put anything beside it.
      const paths = files.files.map((file) => join(reportDir, file));
      const name = artifactName(env);
      core.startGroup('Upload of the report');
      const upload = new DefaultArtifactClient().uploadArtifact(name, paths, reportDir);
      const { id } = await withLimit(upload, interrupt).finally(core.endGroup);
      core.info(`hang-gate: the report is the artifact ${name}.`);
      core.setOutput('artifact-id', id ?? '');
      core.setOutput(
        'artifact-url',
        `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}/artifacts/${id}`,
      );
    },
  };
}

/** Unique in the run, also for the legs of a matrix, which share everything else that a step can know. */
export function artifactName(env: NodeJS.ProcessEnv): string {
  const job = (env['GITHUB_JOB'] ?? basename(process.cwd())).replace(/[^\w.-]+/g, '-');
  return `hang-gate-${job}-${env['GITHUB_RUN_ATTEMPT'] ?? '1'}-${randomBytes(3).toString('hex')}`;
}

async function withLimit<T>(work: Promise<T>, interrupt: AbortSignal): Promise<T> {
  const late = Promise.withResolvers<never>();
  const limit = (ms: number) =>
    setTimeout(() => late.reject(new Error(`no answer within ${ms / 1_000} s`)), ms);
  const timers = [limit(interrupt.aborted ? interruptedTimeoutMs : uploadTimeoutMs)];
  const onInterrupt = () => timers.push(limit(interruptedTimeoutMs));
  interrupt.addEventListener('abort', onInterrupt);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    timers.forEach(clearTimeout);
    interrupt.removeEventListener('abort', onInterrupt);
  }
}
