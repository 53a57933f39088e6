import { type Check, type CheckResult, ok } from '../check.ts';

/** Whether the report could be uploaded. Only the Action does that. */
export const artifactService: Check = {
  id: 'artifact',
  title: 'artifact',
  run: ({ env, settings }) => judgeArtifactService(env, settings.artifact),
};

export function judgeArtifactService(env: NodeJS.ProcessEnv, policy: string): CheckResult {
  if (policy === 'never') return ok('switched off by the setting "artifact": the report stays in its folder');
  if (env['ACTIONS_RUNTIME_TOKEN'] && env['ACTIONS_RESULTS_URL']) {
    return ok(`the service is there; the Action uploads the report (${policy})`);
  }
  // The runner gives the service's address to Actions alone.
  return env['GITHUB_ACTIONS'] === 'true'
    ? ok('hidden from a `run:` step, where the report stays in its folder; the Action sees it')
    : ok("not on GitHub's runner: the report stays in its folder");
}
