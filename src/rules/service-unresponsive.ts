import { hasFrames } from '../analysis/has-frames.ts';
import { loopOf } from '../analysis/loop-thread.ts';
import { dumpsSince, findMisses, type Miss } from '../analysis/misses.ts';
import { waitingPlaces } from '../analysis/task-graph.ts';
import { threadsInApplication } from '../analysis/waited-on.ts';
import type { Dump, Evidence } from '../evidence/schema.ts';
import type { DeadService } from './free-loop/cause.ts';
import { explainDeadService } from './free-loop/index.ts';
import { whyNoStack } from './no-stack.ts';
import type { Rule } from './rule.ts';
import { describeSilence } from './silence.ts';
import { othersInside } from './standings.ts';
import { counted, location, place, routes } from './wording.ts';

/** A probe missed the deadline, and no block of the loop explains it. */
export const serviceUnresponsive: Rule = {
  id: 'service-unresponsive',
  title: 'Does every probe get an answer in time?',
  outcome: 'fail',
  reason: 'service-unresponsive',
  evaluate: (evidence) => {
    const misses = findMisses(evidence);
    if (misses.length === 0) return undefined;
    const silent = misses.filter(({ kind }) => kind !== 'server-error');
    const seen = silent.length === 0 ? serverErrors(misses) : describeSilence(silent, evidence);
    const cause = explainDeadService(deadService(misses, evidence), evidence);
    return {
      // Without a cause nothing tells that it is the same as another.
      ...(cause && { ruleId: cause.ruleId, fix: cause.fix, subject: silentRoutes(misses) }),
      message: `${seen}; ${cause?.because ?? loopAtThatTime(silent, evidence)}${waitingTask(silent, evidence)}.`,
      location: cause?.at ? location(cause.at, evidence) : null,
      pid: evidence.backend.pid,
      restsOnLatency: silent.length > 0 && (cause === undefined || cause.byExclusion === true),
    };
  },
};

function silentRoutes(misses: readonly Miss[]): string {
  return [...new Set(misses.map(({ path }) => path))].sort().join(', ');
}

function deadService(misses: readonly Miss[], evidence: Evidence): DeadService {
  const silent = misses.filter(({ kind }) => kind !== 'server-error');
  const dumps = dumpsSince(silent.length > 0 ? silent : misses, evidence).filter(hasFrames);
  const loops = Map.groupBy(
    dumps.filter((dump) => loopOf(dump)),
    ({ pid }) => pid,
  );
  return {
    misses,
    isBroken: silent.length === 0,
    dumps,
    // A free loop may be caught in the middle of an honest request as well.
    isLoopFree:
      loops.size > 0 &&
      [...loops.values()].every((series) => series.some((dump) => loopOf(dump)?.state === 'free')),
  };
}

function serverErrors(misses: readonly Miss[]): string {
  const statuses = [...new Set(misses.map(({ status }) => status))].join(', ');
  const paths = [...new Set(misses.map(({ path }) => path))];
  return `${routes(paths)} answered before the streams and ${paths.length === 1 ? 'fails' : 'fail'} with status ${statuses} since (${counted(misses.length, 'probe')})`;
}

/** What the dumps say about the loop; without any stack that is said, and it excuses nothing. */
function loopAtThatTime(misses: readonly Miss[], evidence: Evidence): string {
  const taken = dumpsSince(misses, evidence);
  const states = taken.map((dump) => loopOf(dump)?.state).filter((state) => state !== undefined);
  if (states.length === 0) return `no stack could be taken to tell why${whyNoStack(taken, evidence)}`;
  if (states.every((state) => state === 'free')) {
    return `the event loop was free in ${counted(states.length, 'dump')}, so the request waits for something else${othersAtWork(taken, evidence)}${acceptanceUnseen(misses, evidence)}`;
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

/** Threads that are inside the application may have to do with it; nothing shows that they have. */
function othersAtWork(dumps: readonly Dump[], evidence: Evidence): string {
  const last = dumps.findLast((dump) => loopOf(dump) !== undefined);
  const loop = last && loopOf(last)?.thread;
  const groups = last && loop ? threadsInApplication(last.threads, loop) : [];
  return groups.length === 0
    ? ': a full thread or connection pool, a lock, or an await that nobody completes'
    : `, and which one is not known; ${othersInside(groups, evidence)}`;
}

function acceptanceUnseen(misses: readonly Miss[], { acceptQueue }: Evidence): string {
  const startMs = Math.min(...misses.map(({ sentMs }) => sentMs));
  return acceptQueue.some(({ atMs }) => atMs >= startMs)
    ? ''
    : '; whether its connections were accepted could not be seen';
}
