import { loopOf } from '../analysis/loop-thread.ts';
import { dumpsSince, findMisses, type Miss } from '../analysis/misses.ts';
import { waitingPlaces } from '../analysis/task-graph.ts';
import type { Evidence } from '../evidence/schema.ts';
import { whyNoStack } from './no-stack.ts';
import type { Rule } from './rule.ts';
import { describeSilence } from './silence.ts';
import { counted, place, routes } from './wording.ts';

/** A probe missed the deadline, and no block of the loop explains it. */
export const serviceUnresponsive: Rule = {
  id: 'service-unresponsive',
  title: 'Does every probe get an answer in time?',
  outcome: 'fail',
  reason: 'service-unresponsive',
  evaluate: (evidence) => {
    const misses = findMisses(evidence);
    if (misses.length === 0) return undefined;
    const broken = misses.filter(({ kind }) => kind === 'server-error');
    if (broken.length === misses.length) {
      return {
        message: serverErrors(broken),
        pid: evidence.backend.pid,
        fix: 'See backend.log for the traceback of the failing request.',
      };
    }
    const silent = misses.filter(({ kind }) => kind !== 'server-error');
    return {
      message: `${describeSilence(silent, evidence)}; ${loopAtThatTime(silent, evidence)}${waitingTask(silent, evidence)}.`,
      pid: evidence.backend.pid,
    };
  },
};

function serverErrors(misses: readonly Miss[]): string {
  const statuses = [...new Set(misses.map(({ status }) => status))].join(', ');
  return `${routes(misses.map(({ path }) => path))} answered before the streams and fails with status ${statuses} since (${counted(misses.length, 'probe')}).`;
}

/** What the dumps say about the loop; without any stack that is said, and it excuses nothing. */
function loopAtThatTime(misses: readonly Miss[], evidence: Evidence): string {
  const taken = dumpsSince(misses, evidence);
  const states = taken.map((dump) => loopOf(dump)?.state).filter((state) => state !== undefined);
  if (states.length === 0) return `no stack could be taken to tell why${whyNoStack(taken, evidence)}`;
  if (states.every((state) => state === 'free')) {
    return `the event loop was free in ${counted(states.length, 'dump')}, so the request waits for something else: a full thread or connection pool, a lock, or an await that nobody completes`;
  }
  return `the event loop was busy, but not at one place, in ${counted(states.length, 'dump')}`;
}

/** Only where the tasks leave no choice: every one that could be seen, and one place for all. */
function waitingTask(misses: readonly Miss[], evidence: Evidence): string {
  const startMs = Math.min(...misses.map(({ sentMs }) => sentMs));
  const graphs = evidence.taskGraphs.filter(
    ({ trigger, atMs, error }) => trigger === 'silence' && atMs >= startMs && error === null,
  );
  const [at, ...others] = waitingPlaces(graphs);
  if (at === undefined || others.length > 0 || graphs.some(({ omitted }) => omitted > 0)) return '';
  return `; a task waits at ${place(at, evidence)} in \`${at.function}\``;
}
