import { copyFile, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { reportFiles } from '../../report-folder/report-folder.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Reporter } from '../reporter.ts';
import { artifactName, hasArtifactService, uploadArtifact, wantsUpload } from './upload.ts';

/** The summary links to the page and waits for it, but not for long. */
const timeoutMs = 8_000;

/** Where the page lies while it is uploaded; by the run's id, so that the post step finds it after a main that was killed. */
export function pageFolder(env: NodeJS.ProcessEnv, runId: string): string {
  return join(env['RUNNER_TEMP'] ?? tmpdir(), `hang-gate-page-${runId}`);
}

/**
 * Uploads `report.html` by itself and not in an archive, so that its link opens it. Of a step that is being cancelled
 * there is no time for it: the archive holds it too.
 * @param folder Tells where it may lie meanwhile, under a name of its own.
 */
export function pageUpload(
  policy: Settings['artifact'],
  env: NodeJS.ProcessEnv,
  interrupt: AbortSignal,
  folder: () => string,
): Reporter {
  return {
    name: 'page',
    report: async ({ result, reportDir }, files) => {
      if (!wantsUpload(policy, result) || !hasArtifactService(env) || interrupt.aborted) return;
      if (!files.files.includes(reportFiles.html)) return;
      const root = folder();
      try {
        await mkdir(root, { mode: 0o700 });
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
