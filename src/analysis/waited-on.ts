/** For whom a loop waits: the other threads that can end its wait, and where they stand. */
import type { Evidence, Frame, Thread } from '../evidence/schema.ts';
import type { Block } from './block.ts';
import { applicationFrame, isApplicationFrame, isFrame } from './frames.ts';
import { hasFrames } from './has-frames.ts';
import { isLoopThread, withoutForker } from './loop-thread.ts';

export interface WaitedOn {
  /** The place that most of the threads share; `undefined` when they stand in libraries only. */
  readonly at: Frame | undefined;
  /** The library frame that this place called, where there is one. */
  readonly calledThrough: Frame | undefined;
  /** Threads that stand there. */
  readonly threads: readonly Thread[];
}

/** asyncio's default executor; it is never the one that a `with` block joins, unless no other pool is there. */
export const defaultExecutor = /^(asyncio|uvloop)_\d+$/;

/** The busy worker threads of thread pools, those at the same place together, largest group first. */
export function busyPoolWorkers(threads: readonly Thread[], waiter: Thread): WaitedOn[] {
  const workers = threads.filter(
    (thread) => thread !== waiter && isPoolWorker(thread) && isBusyWorker(thread),
  );
  const named = workers.filter(({ name }) => !defaultExecutor.test(name ?? ''));
  return byPlace(named.length > 0 ? named : workers);
}

/** Threads that stand in application code and run no event loop, those at the same place together, largest group first. */
export function standingThreads(threads: readonly Thread[]): WaitedOn[] {
  return byPlace(threads.filter((thread) => applicationFrame(thread) && !isLoopThread(thread)));
}

/** Threads that were started for a purpose of their own, of which one may be the joined one. */
export function joinableThreads(threads: readonly Thread[], waiter: Thread): WaitedOn[] {
  return byPlace(
    threads.filter(
      (thread) =>
        thread !== waiter &&
        thread.frames.some((frame) => isFrame(frame, '_bootstrap', 'threading.py')) &&
        !isPoolWorker(thread) &&
        !isAnyioWorker(thread),
    ),
  );
}

/** The children of a process that are inside the application, as their main threads, without what they were forked with. */
export function busyChildren(
  pid: number,
  { processes, dumps }: Pick<Evidence, 'processes' | 'dumps'>,
): WaitedOn[] {
  const children = processes.filter(({ parentPid }) => parentPid === pid);
  return byPlace(
    children
      .map((child) => dumps.findLast((dump) => dump.pid === child.pid && hasFrames(dump)))
      .map((dump) => dump?.threads.find(({ tid }) => tid === dump.pid) ?? dump?.threads[0])
      .filter((thread) => thread !== undefined)
      .map((thread) => ({ ...thread, name: `pid ${thread.tid}`, frames: [...withoutForker(thread.frames)] }))
      .filter((thread) => applicationFrame(thread)),
  );
}

/** Other threads that are inside the application at the moment. */
export function threadsInApplication(threads: readonly Thread[], waiter: Thread): WaitedOn[] {
  return byPlace(threads.filter((thread) => thread !== waiter && applicationFrame(thread)));
}

/** Threads at the same place together, largest group first. */
export function byPlace(threads: readonly Thread[]): WaitedOn[] {
  const groups = Map.groupBy(threads, (thread) => {
    const frame = applicationFrame(thread);
    return frame ? `${frame.file}:${frame.function}` : '';
  });
  return [...groups.values()].map(describe).sort((a, b) => b.threads.length - a.threads.length);
}

/** A thread of a `ThreadPoolExecutor`. */
export function isPoolWorker({ frames }: Thread): boolean {
  return frames.some(isExecutorLoop);
}

/** A thread that anyio, and so Starlette and FastAPI, runs synchronous functions in. */
export function isAnyioWorker({ frames }: Thread): boolean {
  return frames.some(isAnyioLoop);
}

/** Inside a task, and not waiting for the next. */
export function isBusyWorker({ frames }: Thread): boolean {
  const at = frames.findIndex((frame) => isExecutorLoop(frame) || isAnyioLoop(frame));
  return at > 0 && !isFrame(frames[at - 1], 'get', 'queue.py');
}

function isExecutorLoop(frame: Frame): boolean {
  return isFrame(frame, '_worker', 'concurrent/futures/thread.py');
}

function isAnyioLoop(frame: Frame): boolean {
  return isFrame(frame, 'run', 'anyio/_backends/_asyncio.py');
}

function describe(threads: readonly Thread[]): WaitedOn {
  const frames = threads[0]?.frames ?? [];
  const at = threads[0] && applicationFrame(threads[0]);
  const index = at ? frames.indexOf(at) : -1;
  return { at, calledThrough: index > 0 ? frames[index - 1] : undefined, threads };
}

export interface LockHolder {
  readonly thread: Thread;
  /** The `with` that took the lock; `undefined` for a lock of a library. */
  readonly since: Frame | undefined;
  /** Where the thread stands. */
  readonly at: Frame;
}

/**
 * The one thread that stands inside a `with` of the lock that `line` takes, by the lines around its frames. `undefined`
 * when there is none or more than one: the name of a lock may stand for several.
 */
export function lockHolder(
  line: string,
  { threads, loopThread, culprit }: Block,
  sources: Evidence['sources'],
): LockHolder | undefined {
  const lock = /^with\s+([\w.]+)\s*:/.exec(line)?.[1] ?? /([\w.]+)\.acquire\(/.exec(line)?.[1];
  if (lock === undefined) return undefined;
  const holders = threads
    .filter((thread) => thread !== loopThread)
    .map((thread) => holderIn(thread, lock, sources))
    .filter((holder) => holder !== undefined)
    .filter(({ since }) => since?.file === culprit?.file);
  return holders.length === 1 ? holders[0] : undefined;
}

/** A logging handler is locked while it handles, so the one thread that stands deeper in one has the lock. */
export function handlerHolder({ threads, loopThread }: Block): LockHolder | undefined {
  const holders = threads.filter(({ frames }) => {
    const at = frames.findIndex((frame) => isFrame(frame, 'handle', 'logging/__init__.py'));
    return at > 0 && !isFrame(frames[at - 1], 'acquire', 'logging/__init__.py');
  });
  const [thread] = holders.filter((other) => other !== loopThread);
  const at = thread && applicationFrame(thread);
  return holders.length === 1 && thread && at ? { thread, at, since: undefined } : undefined;
}

function holderIn(thread: Thread, lock: string, sources: Evidence['sources']): LockHolder | undefined {
  const at = applicationFrame(thread);
  for (const frame of thread.frames.filter(isApplicationFrame)) {
    const line = enclosingWith(frame, lock, sources);
    if (at && line !== undefined) return { thread, at, since: { ...frame, line } };
  }
  return undefined;
}

/** The line of the nearest `with` of that lock whose block the frame stands in. */
function enclosingWith(frame: Frame, lock: string, sources: Evidence['sources']): number | undefined {
  const source = sources.find(
    ({ file, firstLine, lines }) =>
      file === frame.file && firstLine <= frame.line && frame.line < firstLine + lines.length,
  );
  if (!source) return undefined;
  const own = source.lines[frame.line - source.firstLine] ?? '';
  let indent = own.search(/\S/);
  for (let line = frame.line - 1; line >= source.firstLine && indent > 0; line -= 1) {
    const text = source.lines[line - source.firstLine] ?? '';
    const at = text.search(/\S/);
    if (at < 0 || at >= indent) continue;
    indent = at;
    if (new RegExp(`^with\\s+${lock.replaceAll('.', '\\.')}\\s*:`).test(text.trim())) return line;
  }
  return undefined;
}
