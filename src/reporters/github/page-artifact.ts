import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { reportFiles } from '../../report-folder.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Reporter } from '../reporter.ts';
import { artifactName, hasArtifactService, uploadArtifact, wantsUpload } from './upload.ts';

/** The summary links to the page and waits for it, but not for long. */
const timeoutMs = 8_000;

/**
 * Uploads `report.html` by itself and not in an archive, so that its link opens it. Of a step that is being cancelled
 * there is no time for it: the archive holds it too.
 */
export function pageUpload(
  policy: Settings['artifact'],
  env: NodeJS.ProcessEnv,
  interrupt: AbortSignal,
): Reporter {
  return {
    name: 'page',
    report: async ({ result, reportDir }, files) => {
      if (!wantsUpload(policy, result) || !hasArtifactService(env) || interrupt.aborted) return;
      if (!files.files.includes(reportFiles.html)) return;
      const root = await mkdtemp(join(env['RUNNER_TEMP'] ?? tmpdir(), 'hang-gate-page-'));
      try {
        // The name of the file is the artifact's, and has to be the only one of the run.
        const name = `${artifactName(env)}.html`;
        const file = join(root, name);
        await copyFile(join(reportDir, reportFiles.html), file);
        const { url } = await uploadArtifact(
          { name, files: [file], root, isOnePage: true, timeoutMs },
          env,
          interrupt,
        );
        core.setOutput('report-url', url);
        return { report: url };
      } finally {
        await rm(root, { recursive: true, force: true });
      }
    },
  };
}
