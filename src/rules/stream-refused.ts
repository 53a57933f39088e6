import { wasExercised, wasOpen } from '../analysis/exercised.ts';
import type { Stream } from '../evidence/schema.ts';
import type { Rule } from './rule.ts';
import { counted, seconds } from './wording.ts';

/** Streams were accepted before the aborts, and after them none is any more: the slots were not given back. */
export const streamRefused: Rule = {
  id: 'stream-refused',
  title: 'Is a new stream still accepted?',
  outcome: 'fail',
  reason: 'stream-refused',
  evaluate: ({ plan, streams, streamsAfter, backend }) => {
    const last = streamsAfter?.at(-1);
    if (!last || wasOpen(last) || !streams.some(wasExercised)) return undefined;
    const aborted = streams.filter(({ end }) => end === 'aborted').length;
    return {
      message: `${plan.streamMethod} ${plan.streamPath} streamed before, and after ${counted(aborted, 'aborted stream')} no new stream is accepted for ${seconds(plan.deadlineMs)}: ${whatCame(last)}.`,
      pid: backend.pid,
      restsOnLatency: isSilent(last),
      subject: last.status === null ? 'no answer' : `status ${last.status}`,
      fix: 'Give back what a stream takes (a slot, a semaphore, a connection of a pool) in `finally` or by `async with`, so that a client that leaves frees it too.',
    };
  },
};

function whatCame({ status, error, end }: Stream): string {
  if (status !== null && status >= 300) return `it is answered with status ${status}`;
  if (status !== null) return 'it is answered and sends no byte';
  return end === 'failed' && error !== null ? `the connection fails (${error})` : 'it gets no answer';
}

/** Nobody said no: there was no answer, or no byte of one. */
function isSilent({ status, end }: Stream): boolean {
  return status === null ? end !== 'failed' : status < 300;
}
