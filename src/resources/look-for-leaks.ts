import { findGrowth } from '../analysis/growth.ts';
import { mayServe } from '../analysis/serving.ts';
import { waitingTasks } from '../analysis/task-graph.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Evidence, ResourceSample } from '../evidence/schema.ts';
import { joined } from '../rules/wording.ts';
import { hasTaskGraph, readTaskGraphs } from '../stacks/task-graph/read.ts';
import { pause } from '../timing/waiting.ts';
import { readResources } from './read-resources.ts';

/** What an aborted stream leaves behind may take a moment to go: threads end, collectors run. */
const settleMs = 3_000;
const pollMs = 200;

/** Writes down what every process that serves holds at this moment. */
export function sampleResources(recorder: Recorder, moment: NonNullable<ResourceSample['moment']>): void {
  const { evidence, clock } = recorder;
  const abortedStreams = evidence.streams.filter(({ end }) => end === 'aborted').length;
  for (const { pid } of evidence.processes.filter(mayServe)) {
    const figures = readResources(pid);
    if (!figures) continue;
    const tasks = countWaitingTasks(evidence, pid, moment);
    evidence.resources.push({ atMs: clock.nowMs(), pid, moment, abortedStreams, ...figures, ...tasks });
  }
}

/** By the tasks that were read at that moment; of older ones that were left out nobody knows for what they wait. */
function countWaitingTasks({ taskGraphs }: Evidence, pid: number, moment: ResourceSample['moment']) {
  const graph = taskGraphs.findLast((one) => one.pid === pid);
  if (!graph || graph.trigger !== moment || graph.error !== null || graph.omitted > 0) return {};
  return { waitingTasks: waitingTasks(graph.tasks).length };
}

/** At the baseline they came with the dump. */
async function readReleasedTasks({ evidence, clock }: Recorder): Promise<void> {
  const asked = evidence.processes.filter((process) => mayServe(process) && hasTaskGraph(process.python));
  const atMs = clock.nowMs();
  const readings = await readTaskGraphs(asked.map(({ pid }) => pid));
  evidence.taskGraphs.push(
    ...readings.map((reading) => ({ ...reading, trigger: 'released' as const, atMs })),
  );
}

export interface LeakOptions {
  readonly recorder: Recorder;
  /** Lets go of what hangs upstream. */
  readonly release: () => void;
  /** Opens and aborts as many streams once more. */
  readonly repeat: () => Promise<void>;
  readonly over: AbortSignal;
}

/**
 * Measures what the aborted streams have left behind, and where it looks like a leak does it all again: what grows with
 * the first batch only is a pool or a cache that is full now.
 */
export async function lookForLeaks(options: LeakOptions): Promise<void> {
  if (options.over.aborted || !(await grows(options, 'first')) || options.over.aborted) return;
  await options.repeat();
  if (!options.over.aborted) await grows(options, 'second');
}

async function grows({ recorder, release, over }: LeakOptions, batch: 'first' | 'second'): Promise<boolean> {
  return recorder.phase('leaks', async (phase) => {
    release();
    await settle(recorder, over);
    const growth = findGrowth(recorder.evidence);
    const grown = joined(growth.map(({ measure }) => measure.noun));
    if (growth.length === 0) phase.note('nothing grows with the streams');
    else if (batch === 'first') phase.note(`once more, to tell a leak from a pool that fills: ${grown} grow`);
    else phase.failed(`${grown} grow with the streams`);
    return growth.length > 0;
  });
}

/** The last sample counts: growth that goes away while it is waited for is none. */
async function settle(recorder: Recorder, over: AbortSignal): Promise<void> {
  const { resources, taskGraphs } = recorder.evidence;
  const before = { resources: resources.length, taskGraphs: taskGraphs.length };
  const deadline = performance.now() + settleMs;
  for (;;) {
    resources.length = before.resources;
    taskGraphs.length = before.taskGraphs;
    await readReleasedTasks(recorder);
    sampleResources(recorder, 'released');
    if (over.aborted || performance.now() >= deadline || findGrowth(recorder.evidence).length === 0) return;
    await pause(pollMs, over);
  }
}
