/** Decides from a series of dumps whether one loop was blocked, and where. */
import type { Dump, Frame, Scheduling, Thread } from '../evidence/schema.ts';
import { isApplicationFrame, isSameFunction } from './frames.ts';
import { hasFrames } from './has-frames.ts';
import { isHeld } from './holds.ts';
import { accepting, hasCall } from './library-calls.ts';
import { framesOnLoop, loopOf } from './loop-thread.ts';
import { wasStarvedBetween } from './starvation.ts';

/** A loop that stood at one place in every dump of a series. */
export interface Block {
  readonly pid: number;
  /** The loop thread in the last dump of the series. */
  readonly loopThread: Thread;
  /** All threads in that dump. */
  readonly threads: readonly Thread[];
  /** The innermost application frame that all dumps share; `undefined` when the loop stood in libraries only. */
  readonly culprit: Frame | undefined;
  /** The library frame that the culprit called, where there is one. */
  readonly calledThrough: Frame | undefined;
  readonly dumpCount: number;
  /** The loop thread at each dump. */
  readonly moments: readonly Moment[];
  /** The thread that held the interpreter while the loop waited for it; the culprit is a frame of this thread. */
  readonly gilHolder: Thread | undefined;
}

export interface Moment {
  readonly atMs: number;
  readonly scheduling: Scheduling | null;
  readonly ownsGil: boolean;
  readonly collectsGarbage: boolean;
}

/** Of a thread that waits for the interpreter lock: about 200 switches a second, of which its dumps cost some. */
const gilSwitchesPerSecond = 50;
const gilRunShare = 0.05;

/**
 * The processes whose loop was blocked, given the dumps that were taken while probes were silent.
 * @param fewestDumps One is enough where the kernel's accounting proves that the thread never moved.
 */
export function findBlocks(dumps: readonly Dump[], fewestDumps = 2): Block[] {
  const pids = [...new Set(dumps.map(({ pid }) => pid))];
  return pids
    .map((pid) =>
      blockOf(
        dumps.filter((dump) => dump.pid === pid && hasFrames(dump)),
        fewestDumps,
      ),
    )
    .filter((block) => block !== undefined);
}

function blockOf(series: readonly Dump[], fewestDumps: number): Block | undefined {
  const loops = series.map((dump) => ({ dump, loop: loopOf(dump) })).filter(({ loop }) => loop !== undefined);
  const last = loops.at(-1);
  if (loops.length < fewestDumps || last?.loop === undefined) return undefined;
  if (loops.some(({ loop }) => loop?.state === 'free')) return undefined;
  if (wasStarvedBetween(series)) return undefined;
  // Whoever is stopped stands wherever he was.
  if (loops.some(({ dump }) => dump.loopScheduling && isHeld(dump.loopScheduling))) return undefined;

  const gilHolders = loops.map(({ dump, loop }) =>
    dump.threads.find((thread) => thread.ownsGil && thread !== loop?.thread),
  );
  const waitsForGil =
    gilHolders.every((holder) => holder !== undefined) &&
    (loops.every(({ loop }) => loop?.state === 'waits-for-gil') ||
      (new Set(gilHolders.map((holder) => holder?.tid)).size === 1 &&
        asksForGil(loops.map(({ dump }) => dump))));
  if (!waitsForGil && loops.every(({ loop }) => loop?.state === 'waits-for-gil')) return undefined;
  const blockers = waitsForGil ? (gilHolders as Thread[]) : loops.map(({ loop }) => loop?.thread as Thread);
  const blocker = blockers.at(-1) as Thread;
  const stacks = blockers.map((thread) => (waitsForGil ? thread.frames : framesOnLoop(thread)));
  const application = innermostShared(stacks.map((frames) => frames.filter(isApplicationFrame)));
  if (!application && !stoodInLibraries(stacks)) return undefined;
  // It tries connections for which it has no descriptor, over and over: the service is out of something, not its loop.
  if (!application && stacks.every((frames) => hasCall(frames, accepting))) return undefined;
  const { frames } = blocker;
  const at = application ? frames.findIndex((frame) => isSameFunction(frame, application)) : -1;
  const calledThrough = frames[at - 1];
  return {
    pid: last.dump.pid,
    loopThread: last.loop.thread,
    threads: last.dump.threads,
    culprit: application && frames[at],
    calledThrough: calledThrough && isLastingCall(calledThrough, stacks) ? calledThrough : undefined,
    dumpCount: loops.length,
    moments: loops.map(({ dump, loop }) => ({
      atMs: dump.startMs,
      scheduling: dump.loopScheduling,
      ownsGil: loop?.thread.ownsGil ?? false,
      collectsGarbage: loop?.thread.collectsGarbage ?? false,
    })),
    gilHolder: waitsForGil ? blocker : undefined,
  };
}

/** A thread that waits for the interpreter lock wakes every 5 ms to ask for it, and does nothing else. */
function asksForGil(series: readonly Dump[]): boolean {
  const [first, last] = [series[0], series.at(-1)];
  const [before, after] = [first?.loopScheduling, last?.loopScheduling];
  if (!first || !last || !before || !after) return false;
  const wallMs = last.startMs - first.startMs;
  const ranMs = (after.ranMs ?? Number.POSITIVE_INFINITY) - (before.ranMs ?? 0);
  const switches = (after.voluntarySwitches ?? 0) - (before.voluntarySwitches ?? 0);
  return ranMs < wallMs * gilRunShare && switches > (wallMs / 1_000) * gilSwitchesPerSecond;
}

/** Without an application frame anywhere the class of the block can be told, but nobody may be blamed for it. */
function stoodInLibraries(stacks: readonly (readonly Frame[])[]): boolean {
  const [first] = stacks.at(-1) ?? [];
  return stacks.every(
    ([top, ...rest]) =>
      ![top, ...rest].some((frame) => frame && isApplicationFrame(frame)) &&
      (first && top ? isSameFunction(first, top) : first === top),
  );
}

/** A call that every dump shows; one that only the last dump shows has returned before. */
function isLastingCall(call: Frame, stacks: readonly (readonly Frame[])[]): boolean {
  return (
    !isApplicationFrame(call) && stacks.every((stack) => stack.some((frame) => isSameFunction(frame, call)))
  );
}

/** The innermost frame of the last stack whose function stands in all the others too. */
function innermostShared(stacks: readonly (readonly Frame[])[]): Frame | undefined {
  return stacks
    .at(-1)
    ?.find((frame) => stacks.every((stack) => stack.some((other) => isSamePlace(frame, other))));
}

/** A module is run once: when it stands at another line, it gets on. */
function isSamePlace(a: Frame, b: Frame): boolean {
  return isSameFunction(a, b) && (a.function !== '<module>' || a.line === b.line);
}
