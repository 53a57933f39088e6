/**
 * Where the running Action's own repository can be read, at the version that runs. `undefined` for an Action that lies in
 * the workflow's own workspace.
 */
export function repositoryUrl(env: NodeJS.ProcessEnv): string | undefined {
  const repository = env['GITHUB_ACTION_REPOSITORY'] ?? '';
  const ref = env['GITHUB_ACTION_REF'] ?? '';
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || !/^[\w.][\w./-]*$/.test(ref)) return undefined;
  return `${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${repository}/blob/${ref}`;
}
