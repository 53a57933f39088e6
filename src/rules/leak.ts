import { findGrowth, type Growth, measuredBatches, passingThreadsLeft } from '../analysis/growth.ts';
import { commonPlace, waitingTasks } from '../analysis/task-graph.ts';
import { standingThreads } from '../analysis/waited-on.ts';
import type { Evidence, Frame } from '../evidence/schema.ts';
import type { Rule, Statement } from './rule.ts';
import { counted, joined, libraryCall, location, place } from './wording.ts';

/** What grows with every aborted stream, in two batches of them, ends a backend that runs for long. */
export const leak: Rule = {
  id: 'leak',
  title: 'Does an aborted stream give back what it took?',
  outcome: 'fail',
  reason: 'leak',
  evaluate: (evidence) => {
    const batches = measuredBatches(evidence);
    if (batches === 0) return unmeasured(evidence);
    const growth = findGrowth(evidence);
    if (growth.length > 0 && batches > 1) return leaking(growth, evidence);
    const left = passingThreadsLeft(evidence);
    return left > 0 ? leftPassing(left, evidence) : undefined;
  },
};

/** Said where everything was done that could show a leak; a run that ended early has more to say. */
function unmeasured({ plan, waves, resources }: Evidence): Statement | undefined {
  const settled = waves.filter(({ settledMs }) => settledMs !== null).length;
  if (resources.length > 0 || settled < plan.waves) return undefined;
  return {
    level: 'note',
    message: 'Leaks were not looked for: what the backend holds cannot be read here (see docs/limits.md).',
  };
}

function leaking(growth: readonly Growth[], evidence: Evidence): Statement {
  const [worst] = growth;
  const stand = whereTheyStand(growth, evidence);
  return {
    message: `Every aborted stream leaves something behind: ${joined(growth.map(sentence))}${stand?.words ?? ''}.`,
    location: stand ? location(stand.at, evidence) : null,
    pid: evidence.backend.pid,
    subject: growth.map(({ measure }) => measure.noun).join(', '),
    fix: `Close in \`finally\` what the stream opened${endings[worst?.measure.noun ?? ''] ?? ''}.`,
  };
}

const endings: Readonly<Record<string, string>> = {
  threads: ', and let its threads end when the client leaves',
  'waiting tasks': ', and cancel its tasks when the client leaves',
};

/** Where most of the threads, or else of the tasks, stand that grow; `undefined` when it is not one place. */
function whereTheyStand(
  growth: readonly Growth[],
  evidence: Evidence,
): { at: Frame; words: string } | undefined {
  const [threads, tasks] = [mostOf('threads', growth), mostOf('waiting tasks', growth)];
  const group = threads > 0 ? standingThreads(lastDumps(evidence))[0] : undefined;
  if (group?.at && group.threads.length > threads) {
    const through = group.calledThrough ? `, in a call of ${libraryCall(group.calledThrough)}` : '';
    return { at: group.at, words: stand(group.threads.length, 'thread', group.at, evidence) + through };
  }
  const common = tasks > 0 ? commonPlace(waitingTasks(lastTasks(evidence))) : undefined;
  if (!common || common.count <= tasks) return undefined;
  return { at: common.at, words: stand(common.count, 'task', common.at, evidence) };
}

/** Half of what has come since the first stream; more than that is most of it. */
function mostOf(noun: string, growth: readonly Growth[]): number {
  const values = growth.find(({ measure }) => measure.noun === noun)?.values ?? [];
  return ((values.at(-1) ?? 0) - (values[0] ?? 0)) / 2;
}

function stand(count: number, noun: string, at: Frame, evidence: Evidence): string {
  return `; ${counted(count, noun)} ${count === 1 ? 'stands' : 'stand'} in \`${at.function}\` at ${place(at, evidence)}`;
}

function sentence({ measure, values, abortedStreams, perStream }: Growth): string {
  const rounded = values.map((value) => Math.round(value));
  return `${measure.noun} grow from ${rounded.join(' to ')} after ${abortedStreams.join(', ')} aborted streams (${perStream.toFixed(1)} a stream)`;
}

/** A fix that abandons its calls leaves them to their timeouts, and is a good one. */
function leftPassing(count: number, { backend }: Evidence): Statement {
  return {
    level: 'note',
    message: `${counted(count, 'thread')} of aborted streams still ${count === 1 ? 'waits' : 'wait'} for a peer or to ask it again, although the upstream had been let go.`,
    pid: backend.pid,
    fix: 'Give every network call a short timeout, which is what ends such a thread.',
  };
}

/** Of every process, at the last moment at which they were counted. */
function lastTasks({ taskGraphs }: Evidence) {
  const counted = taskGraphs.filter(({ trigger }) => trigger === 'released');
  return [...Map.groupBy(counted, ({ pid }) => pid).values()].flatMap((graphs) => graphs.at(-1)?.tasks ?? []);
}

function lastDumps({ dumps }: Evidence) {
  return dumps.filter(({ trigger }) => trigger === 'proof').flatMap(({ threads }) => threads);
}
