import { wasExercised } from '../analysis/exercised.ts';
import type { Evidence } from '../evidence/schema.ts';
import type { Rule } from './rule.ts';
import { counted } from './wording.ts';

/** Without a stream that was really open when it was aborted, nothing was tested. */
export const notExercised: Rule = {
  id: 'not-exercised',
  title: 'Were streams really open when they were aborted?',
  outcome: 'inconclusive',
  reason: 'not-exercised',
  evaluate: (evidence) => {
    if (evidence.streams.some(wasExercised)) return undefined;
    return {
      message: `No stream of ${evidence.plan.streamMethod} ${evidence.plan.streamPath} was open when it was to be aborted: ${whyNot(evidence)}.`,
      pid: evidence.backend.pid,
      fix: 'Check `stream` (with `stream-method`, `stream-headers` and `stream-body`): the route must answer 200 and keep sending events for longer than `hold`.',
    };
  },
};

function whyNot({ streams, backend }: Evidence): string {
  // A stream that is aborted before its first byte shows nothing either way.
  const asked = streams.filter(({ status, end }) => status !== null || end !== 'aborted');
  if (backend.readyMs === null || streams.length === 0) return 'none was opened';
  const refused = asked.filter(({ status }) => status !== null && status >= 300);
  if (refused.length > 0) {
    return `the route answered ${[...new Set(refused.map(({ status }) => status))].join(', ')}`;
  }
  const ended = asked.filter(({ end }) => end === 'ended');
  if (ended.length > 0) return `${counted(ended.length, 'stream')} ended before the abort`;
  const failed = asked.find(({ end }) => end === 'failed');
  if (failed) return `the connection failed (${failed.error})`;
  if (asked.some(({ isCached }) => isCached)) return 'a cache in front of the backend answered';
  return 'it sent no byte';
}
