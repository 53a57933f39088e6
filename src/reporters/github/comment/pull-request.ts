import { readFile } from 'node:fs/promises';

export interface PullRequest {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

/** The pull request that the run belongs to; `undefined` for every other event. */
export async function pullRequestOf(env: NodeJS.ProcessEnv): Promise<PullRequest | undefined> {
  const [owner, repo] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
  const path = env['GITHUB_EVENT_PATH'];
  if (!owner || !repo || !path) return undefined;
  const event: { pull_request?: { number?: unknown } } = JSON.parse(await readFile(path, 'utf8'));
  const number = event.pull_request?.number;
  return typeof number === 'number' ? { owner, repo, number } : undefined;
}
