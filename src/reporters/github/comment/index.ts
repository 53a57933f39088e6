import * as core from '@actions/core';
import type { Settings } from '../../../settings/schema.ts';
import type { Report, Reporter } from '../../reporter.ts';
import { commentBody } from './body.ts';
import { markerOf } from './marker.ts';
import { pullRequestOf } from './pull-request.ts';
import { CommentThread } from './thread.ts';

/** A comment is worth no more: whoever waits for the step waits for this too. */
const longestMs = 10_000;

/** One comment on the pull request, written anew when the verdict is another one. Without the right to comment it says so. */
export function pullRequestComment(
  { comment, commentKey, githubToken }: Pick<Settings, 'comment' | 'commentKey' | 'githubToken'>,
  env: NodeJS.ProcessEnv,
  interrupt: AbortSignal,
): Reporter {
  return {
    name: 'comment',
    report: async (report) => {
      if (comment === 'never' || githubToken === undefined || interrupt.aborted) return;
      const pull = await pullRequestOf(env);
      if (!pull)
        return core.info('hang-gate: this run belongs to no pull request; there is nothing to comment on.');
      const signal = AbortSignal.any([AbortSignal.timeout(longestMs), interrupt]);
      try {
        await tell(report, await CommentThread.open(githubToken, pull, signal), env, commentKey);
      } catch (error) {
        if (signal.aborted) throw new Error(`GitHub gave no answer within ${longestMs / 1_000} s`);
        // What a pull request from a fork is given.
        if (!isDenied(error)) throw error;
        core.info('hang-gate: no comment, since the token may not write one (`pull-requests: write`).');
      }
    },
  };
}

/** Nobody needs to be told that all is well, unless they were told otherwise. */
async function tell(
  report: Report,
  thread: CommentThread,
  env: NodeJS.ProcessEnv,
  commentKey: string | undefined,
): Promise<void> {
  const marker = markerOf(report.result, env, commentKey);
  const own = await thread.find(marker.key);
  if (own?.state === marker.state || (!own && report.result.verdict === 'pass')) return;
  const body = commentBody(report, marker, commentKey);
  await (own ? thread.update(own, body) : thread.create(body));
}

function isDenied(error: unknown): boolean {
  const status = (error as { status?: unknown }).status;
  return status === 401 || status === 403 || status === 404;
}
