/** Secrets that a job's environment holds. Whoever finds this word in a place has found a leak. */
export const canary = 'canary-7f3a9d';

/** Shaped like the real one, since the artifact client reads the ids in it. */
export const runtimeToken = `${base64url('{}')}.${base64url('{"scp":"Actions.Results:aaaa:bbbb"}')}.${canary}`;

export const canaries: Readonly<Record<string, string>> = {
  ACTIONS_RUNTIME_TOKEN: runtimeToken,
  ACTIONS_RUNTIME_URL: `http://127.0.0.1:9/${canary}/`,
  ACTIONS_CACHE_URL: `http://127.0.0.1:9/${canary}/`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: canary,
  ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:9/${canary}/`,
  GITHUB_TOKEN: canary,
  GH_TOKEN: canary,
  AWS_SECRET_ACCESS_KEY: canary,
  STATE_canary: canary,
};

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
