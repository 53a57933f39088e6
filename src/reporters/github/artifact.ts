import { join } from 'node:path';
import * as core from '@actions/core';
import type { Settings } from '../../settings/schema.ts';
import type { Reporter } from '../reporter.ts';
import { artifactName, hasArtifactService, uploadArtifact, wantsUpload } from './upload.ts';

const timeoutMs = 30_000;

export const artifactOutputs = {
  'report-url': 'Where `report.html` can be opened, as it is; empty when it was not uploaded.',
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
      if (!wantsUpload(policy, result)) return;
      if (!hasArtifactService(env)) {
        core.info('hang-gate: no artifact service here; the report stays in its folder.');
        return;
      }
      const name = artifactName(env);
      // Only what the gate wrote: the backend may have put anything beside it.
      const paths = files.files.map((file) => join(reportDir, file));
      const { id, url } = await uploadArtifact(
        { name, files: paths, root: reportDir, isOnePage: false, timeoutMs },
        env,
        interrupt,
      );
      core.info(`hang-gate: the report is the artifact ${name}.`);
      core.setOutput('artifact-id', id);
      core.setOutput('artifact-url', url);
      return { artifact: url };
    },
  };
}
