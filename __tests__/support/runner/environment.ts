import { homedir } from 'node:os';
import { join } from 'node:path';
import { canaries } from './canaries.ts';

export interface JobOptions {
  readonly workspace: string;
  /** First on PATH, as after actions/setup-python. */
  readonly programs: string;
  /** In the environment of everything that the job starts. */
  readonly trackingId: string;
  /** Absent where the runner offers no artifact service. */
  readonly resultsUrl: string | undefined;
  /** Absent where nothing asks GitHub's API. */
  readonly apiUrl?: string | undefined;
  /** The Action's repository and version; absent for one of the workflow's own workspace. */
  readonly actionSource?: { readonly repository: string; readonly ref: string } | undefined;
  /** The file that holds the event; absent where nothing reads it. */
  readonly eventPath?: string | undefined;
}

/** Of the machine, not of the job; the proxy and pip's settings only for a machine that installs py-spy through them. */
const inherited = /^(PATH|HOME|USER|LANG|TMPDIR|NODE_EXTRA_CA_CERTS|PIP_.*|https?_proxy|no_proxy)$/i;

/** What any runner on this machine hands on. */
export function machineEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => inherited.test(name)));
}

/** What a step of a job sees, but for its inputs and its files. */
export function jobEnvironment({
  workspace,
  programs,
  trackingId,
  resultsUrl,
  apiUrl,
  actionSource,
  eventPath,
}: JobOptions) {
  return {
    ...machineEnvironment(),
    PATH: `${programs}:${process.env['PATH']}`,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_JOB: 'test',
    GITHUB_REPOSITORY: 'octo/news',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '4711',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_WORKFLOW: 'checks',
    GITHUB_WORKSPACE: workspace,
    RUNNER_OS: 'Linux',
    // Where the command's own cache is, so that py-spy is installed once for all tests.
    RUNNER_TOOL_CACHE: process.env['RUNNER_TOOL_CACHE'] ?? join(homedir(), '.cache', 'hang-gate'),
    RUNNER_TRACKING_ID: trackingId,
    ...canaries,
    ...(resultsUrl !== undefined && { ACTIONS_RESULTS_URL: resultsUrl }),
    ...(apiUrl !== undefined && { GITHUB_API_URL: apiUrl }),
    ...(actionSource && {
      GITHUB_ACTION_REPOSITORY: actionSource.repository,
      GITHUB_ACTION_REF: actionSource.ref,
    }),
    ...(eventPath !== undefined && { GITHUB_EVENT_PATH: eventPath }),
  };
}
