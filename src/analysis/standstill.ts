/** What a blocked loop was doing at the place where it stood: what it had called, what it slept for, whether it ran. */
import type { Evidence, Frame } from '../evidence/schema.ts';
import type { Block, Moment } from './block.ts';
import { isSameFunction } from './frames.ts';
import { framesOnLoop } from './loop-thread.ts';
import { codeAt } from './source.ts';
import { type Wait, waitOf } from './wait-channels.ts';

export interface Standstill {
  readonly block: Block;
  /** All frames on the loop, innermost first. */
  readonly frames: readonly Frame[];
  /** What the culprit called, innermost first; all frames on the loop where there is no culprit. */
  readonly called: readonly Frame[];
  /** The culprit stands on top, so what it called is written in C and its own line is all that names it. */
  readonly isInC: boolean;
  /** The culprit's line without its comment; `undefined` when the source was not kept. */
  readonly line: string | undefined;
  /** `undefined` when the kernel did not tell, or told another each time. */
  readonly wait: Wait | undefined;
  /** The kernel hid where the thread slept, in every dump. */
  readonly isWaitHidden: boolean;
  /** It used the processor all the time; `undefined` when nothing tells. */
  readonly computes: boolean | undefined;
}

/** A thread that computes may be held up by its dumps and by its neighbours, but not as much as one that sleeps. */
const computingShare = 0.2;

export function standstillOf(block: Block, { sources }: Pick<Evidence, 'sources'>): Standstill {
  const { culprit, gilHolder, loopThread } = block;
  const frames = gilHolder ? gilHolder.frames : framesOnLoop(loopThread);
  const at = culprit ? frames.findIndex((frame) => isSameFunction(frame, culprit)) : frames.length;
  const channels = block.moments
    .map(({ scheduling }) => scheduling?.waitChannel ?? null)
    .filter((channel) => channel !== null);
  const waits = new Set(channels.map(waitOf));
  return {
    block,
    frames,
    called: frames.slice(0, at),
    isInC: culprit !== undefined && at === 0,
    line: culprit && codeAt(culprit, sources),
    wait: waits.size === 1 ? [...waits][0] : undefined,
    isWaitHidden: channels.length === 0,
    computes: computes(block.moments),
  };
}

function computes(moments: readonly Moment[]): boolean | undefined {
  const [first, last] = [moments[0], moments.at(-1)];
  if (!first?.scheduling || !last?.scheduling) {
    return moments.every(({ ownsGil }) => ownsGil) || undefined;
  }
  if (moments.some(({ scheduling }) => scheduling?.state !== 'R')) return false;
  if (first.scheduling.ranMs === null || last.scheduling.ranMs === null) return true;
  // A thread that sleeps is running for a moment after each dump, which had stopped it.
  const share = (last.scheduling.ranMs - first.scheduling.ranMs) / Math.max(1, last.atMs - first.atMs);
  const queued = (last.scheduling.queuedMs ?? 0) - (first.scheduling.queuedMs ?? 0);
  return share >= computingShare || queued / Math.max(1, last.atMs - first.atMs) >= computingShare;
}
