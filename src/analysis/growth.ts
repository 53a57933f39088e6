/** What a backend holds more of with every aborted stream. */
import type { Evidence, ResourceSample } from '../evidence/schema.ts';

/** One kind of thing that can leak. */
export interface Measure {
  /** As a sentence names it, in the plural. */
  readonly noun: string;
  /** Growth per aborted stream from which on it is one. */
  readonly thresholdPerStream: number;
  /** Growth over a batch that is never enough, however few its streams. */
  readonly notableGrowth: number;
  /** `undefined` where it was not measured: nothing is concluded from it then. */
  of(sample: ResourceSample): number | undefined;
}

/**
 * Half of one a stream: a leak that not every stream has still counts, and what a pool or a cache takes once does not.
 * Threads that wait for a peer, or to ask it again, are not counted, nor is what they hold: they end with their calls.
 */
export const measures: readonly Measure[] = [
  {
    noun: 'threads',
    thresholdPerStream: 0.5,
    notableGrowth: 5,
    of: (sample) => sample.threads - passing(sample),
  },
  {
    noun: 'sockets in CLOSE_WAIT',
    thresholdPerStream: 0.5,
    notableGrowth: 5,
    of: ({ closeWait = 0 }) => closeWait,
  },
  {
    noun: 'waiting tasks',
    thresholdPerStream: 0.5,
    notableGrowth: 5,
    of: ({ waitingTasks }) => waitingTasks,
  },
  {
    noun: 'descriptors',
    thresholdPerStream: 0.5,
    notableGrowth: 5,
    // A call in progress holds its socket, and often a selector of its own.
    of: (sample) => sample.fds - 2 * passing(sample),
  },
  {
    // Allocators keep what they once had, so only much counts, and only where the second batch takes as much again.
    noun: 'MiB of memory',
    thresholdPerStream: 2,
    notableGrowth: 16,
    // A thread's stack, and what it has read so far.
    of: (sample) => (sample.residentKb ?? 0) / 1_024 - 0.25 * passing(sample),
  },
];

/** A shorter time without streams shows nothing. */
const shortestControlMs = 1_000;

export interface Growth {
  readonly measure: Measure;
  /** Before the streams, and once more after each batch of them when the upstream had been let go. */
  readonly values: readonly number[];
  /** Streams that had been aborted at each. */
  readonly abortedStreams: readonly number[];
  /** Over the last batch. */
  readonly perStream: number;
}

type ResourceEvidence = Pick<Evidence, 'resources'>;

/** What grew in every batch by its threshold or more. */
export function findGrowth(evidence: ResourceEvidence): Growth[] {
  const moments = momentsOf(evidence);
  return measures.flatMap((measure) => {
    const growth = growthOf(measure, moments);
    return growth ? [growth] : [];
  });
}

/** How many batches were measured. */
export function measuredBatches(evidence: ResourceEvidence): number {
  return Math.max(0, momentsOf(evidence).length - 1);
}

/** Threads that were left to wait for a peer or to ask it again, at the last moment and not before the streams. */
export function passingThreadsLeft(evidence: ResourceEvidence): number {
  const moments = momentsOf(evidence);
  const [first, last] = [moments[0], moments.at(-1)];
  if (!first || !last || first === last) return 0;
  return total(last.samples, passing) - total(first.samples, passing);
}

interface Moment {
  readonly atMs: number;
  readonly abortedStreams: number;
  /** Of the processes that were there at every moment. */
  readonly samples: readonly ResourceSample[];
  /** The same processes after the last wave before it: since then there were probes and no streams. */
  readonly lastWave: readonly ResourceSample[];
}

function momentsOf({ resources }: ResourceEvidence): Moment[] {
  const compared = resources.filter(({ moment }) => moment === 'baseline' || moment === 'released');
  const byMoment = [
    ...Map.groupBy(compared, ({ moment, abortedStreams }) => `${moment} ${abortedStreams}`).values(),
  ];
  const stayed = (sample: ResourceSample) =>
    byMoment.every((samples) => samples.some(({ pid }) => pid === sample.pid));
  return byMoment.map((samples) => {
    const { atMs = 0, abortedStreams = 0 } = samples[0] ?? {};
    const isOfLastWave = (sample: ResourceSample) =>
      sample.moment === 'wave' && sample.atMs <= atMs && sample.abortedStreams === abortedStreams;
    return {
      atMs,
      abortedStreams,
      samples: samples.filter(stayed),
      lastWave: resources.filter((sample) => isOfLastWave(sample) && stayed(sample)),
    };
  });
}

function growthOf(measure: Measure, moments: readonly Moment[]): Growth | undefined {
  if (moments.some(({ samples }) => samples.some((sample) => measure.of(sample) === undefined)))
    return undefined;
  const values = moments.map(({ samples }) => total(samples, measure.of));
  const slopes = moments.slice(1).map((moment, index) => {
    const before = moments[index];
    const streams = moment.abortedStreams - (before?.abortedStreams ?? 0);
    const grown = (values[index + 1] ?? 0) - (values[index] ?? 0);
    const withoutStreams = grownWithoutStreams(measure, moment) * (moment.atMs - (before?.atMs ?? 0));
    // What grows as fast while there are no streams is not theirs: some servers keep every connection for a while.
    const isNotable = grown >= measure.notableGrowth && withoutStreams <= grown / 2;
    return isNotable && streams > 0 ? (grown - withoutStreams) / streams : 0;
  });
  const perStream = slopes.at(-1);
  if (perStream === undefined || slopes.some((slope) => slope < measure.thresholdPerStream)) return undefined;
  return { measure, values, abortedStreams: moments.map(({ abortedStreams }) => abortedStreams), perStream };
}

/** Per millisecond, from the last wave until this moment; 0 where that was too short to tell. */
function grownWithoutStreams({ of }: Measure, { atMs, samples, lastWave }: Moment): number {
  const spanMs = atMs - (lastWave[0]?.atMs ?? atMs);
  if (spanMs < shortestControlMs || lastWave.some((sample) => of(sample) === undefined)) return 0;
  return Math.max(0, (total(samples, of) - total(lastWave, of)) / spanMs);
}

function total(samples: readonly ResourceSample[], of: Measure['of']): number {
  return samples.reduce((sum, sample) => sum + (of(sample) ?? 0), 0);
}

function passing({ passingThreads = 0 }: ResourceSample): number {
  return passingThreads;
}
