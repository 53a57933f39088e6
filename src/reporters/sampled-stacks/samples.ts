/** The dumps of a run as samples in time, for tools that draw stacks. */
import { isApplicationFrame } from '../../analysis/frames.ts';
import { findLoopThread } from '../../analysis/loop-thread.ts';
import type { Dump, Evidence, Frame, Thread } from '../../evidence/schema.ts';
import { libraryFile, location } from '../../rules/wording.ts';
import { harmless } from '../text.ts';

/** Dumps further apart belong to different moments, and what was between them nobody saw. */
const longestGapMs = 2_000;

export interface Sample {
  readonly atMs: number;
  /** Until the next dump of the same moment, else what the dump took. */
  readonly durationMs: number;
  /** Outermost first. */
  readonly frames: readonly Frame[];
}

export interface SampledThread {
  readonly pid: number;
  readonly name: string;
  readonly isLoop: boolean;
  readonly samples: readonly Sample[];
}

/** Every thread that a dump shows, those of event loops first. */
export function sampledThreads({ dumps }: Pick<Evidence, 'dumps'>): SampledThread[] {
  const byProcess = Map.groupBy(dumps, ({ pid }) => pid);
  const threads = [...byProcess].flatMap(([pid, series]) => threadsOf(pid, series));
  return threads.sort((a, b) => Number(b.isLoop) - Number(a.isLoop));
}

function threadsOf(pid: number, series: readonly Dump[]): SampledThread[] {
  const seen = series.flatMap((dump, index) => {
    const loop = findLoopThread(dump.threads, pid);
    return dump.threads
      .filter(({ frames }) => frames.length > 0)
      .map((thread) => ({
        thread,
        isLoop: thread === loop,
        sample: sampleOf(thread, dump, series[index + 1]),
      }));
  });
  return [...Map.groupBy(seen, ({ thread }) => thread.tid ?? thread.name).values()].map((same) => {
    const { thread } = same[0] as (typeof same)[number];
    const isLoop = same.some((each) => each.isLoop);
    return {
      pid,
      name: `pid ${pid}, ${harmless(thread.name ?? `thread ${thread.tid ?? '?'}`)}${isLoop ? ' (event loop)' : ''}`,
      isLoop,
      samples: same.map(({ sample }) => sample),
    };
  });
}

function sampleOf({ frames }: Thread, dump: Dump, next: Dump | undefined): Sample {
  const gapMs =
    next && next.trigger === dump.trigger ? next.startMs - dump.startMs : Number.POSITIVE_INFINITY;
  return {
    atMs: dump.startMs,
    durationMs: gapMs <= longestGapMs ? gapMs : Math.max(1, dump.durationMs),
    frames: frames.toReversed(),
  };
}

/** Alike for frames that stand at one place. */
export function frameKey({ function: name, file, line }: Frame): string {
  return `${name}\n${file}\n${line}`;
}

/** A frame's file as people know it. */
export function fileOf(frame: Frame, evidence: Pick<Evidence, 'gate'>): string {
  return harmless(isApplicationFrame(frame) ? location(frame, evidence).file : libraryFile(frame.file));
}
