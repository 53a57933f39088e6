/** What the uploads of the report's parts have in common. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import * as core from '@actions/core';
import type { Settings } from '../../settings/schema.ts';
import type { Result } from '../../verdict/result.ts';

/** A cancelled step is killed 10 s after its first signal, and stopping the backend takes some of it. */
const interruptedTimeoutMs = 2_000;

export interface Upload {
  readonly name: string;
  readonly files: readonly string[];
  /** Folder that holds the files. */
  readonly root: string;
  /** A single file, which browsers can open as it is; its own name is the artifact's. */
  readonly isOnePage: boolean;
  readonly timeoutMs: number;
}

export interface Uploaded {
  readonly id: string;
  readonly url: string;
}

export function wantsUpload(policy: Settings['artifact'], { verdict }: Pick<Result, 'verdict'>): boolean {
  return policy === 'always' || (policy === 'on-failure' && verdict !== 'pass');
}

export function hasArtifactService(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['ACTIONS_RUNTIME_TOKEN'] && env['ACTIONS_RESULTS_URL']);
}

/** @throws {Error} when it fails or takes too long; the client itself would retry for minutes. */
export async function uploadArtifact(
  { name, files, root, isOnePage, timeoutMs }: Upload,
  env: NodeJS.ProcessEnv,
  interrupt: AbortSignal,
): Promise<Uploaded> {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  core.startGroup(`Upload of ${name}`);
  const upload = new DefaultArtifactClient().uploadArtifact(name, [...files], root, {
    skipArchive: isOnePage,
  });
  const { id } = await withLimit(upload, timeoutMs, interrupt).finally(core.endGroup);
  const run = `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`;
  return { id: String(id ?? ''), url: `${run}/artifacts/${id}` };
}

/** Unique in the run, also for the legs of a matrix, which share everything else that a step can know. */
export function artifactName(env: NodeJS.ProcessEnv): string {
  const job = (env['GITHUB_JOB'] ?? basename(process.cwd())).replace(/[^\w.-]+/g, '-');
  return `hang-gate-${job}-${env['GITHUB_RUN_ATTEMPT'] ?? '1'}-${randomBytes(3).toString('hex')}`;
}

async function withLimit<T>(work: Promise<T>, timeoutMs: number, interrupt: AbortSignal): Promise<T> {
  const late = Promise.withResolvers<never>();
  const limit = (ms: number) =>
    setTimeout(() => late.reject(new Error(`no answer within ${ms / 1_000} s`)), ms);
  const timers = [limit(interrupt.aborted ? interruptedTimeoutMs : timeoutMs)];
  const onInterrupt = () => timers.push(limit(interruptedTimeoutMs));
  interrupt.addEventListener('abort', onInterrupt);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    timers.forEach(clearTimeout);
    interrupt.removeEventListener('abort', onInterrupt);
  }
}
