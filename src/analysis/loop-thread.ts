/** Finds the event loop in a stack dump, and says whether it is free. Judged by frames, never by py-spy's active/idle. */
import type { Dump, Frame, Scheduling, Thread } from '../evidence/schema.ts';
import { bareName, endsWithPath, isFrame } from './frames.ts';

/** Functions that run an event loop: what stands inside the innermost of them is what the loop is doing. */
const runners: readonly (readonly [name: RegExp, file: string])[] = [
  [/^(_run_once|run_forever|run_until_complete)$/, 'asyncio/base_events.py'],
  [/^run(_until_complete)?$/, 'asyncio/runners.py'],
  // It replaces these by its own, whose nested loops serve every event.
  [/^(_run_once|run_forever|run_until_complete|run)$/, 'nest_asyncio.py'],
  [/^(run|serve)$/, 'uvicorn/server.py'],
  [/^asyncio_run$/, 'uvicorn/_compat.py'],
  [/^run$/, 'gunicorn/workers/gasgi.py'],
  // Before its loop there is this, in a worker alone: one that hangs in the application's import is no master.
  [/^load_wsgi$/, 'gunicorn/workers/base.py'],
  [/^(asyncio_worker|_run)$/, 'hypercorn/asyncio/run.py'],
  [/^_spawn_\w+_worker$/, 'granian/server/mp.py'],
  [/^_spawn_\w+_worker$/, 'granian/server/mt.py'],
  [/^run$/, 'trio/_core/_run.py'],
];

/** Loops that serve no requests, such as the control loop of gunicorn's master. */
const otherLoops = ['gunicorn/ctl/server.py'];

/** Where a loop waits for its next event, called directly by the runner. A nested selector looks the same otherwise. */
const selectors: readonly (readonly [name: RegExp, file: string])[] = [
  [/^(select|poll|_poll)$/, 'selectors.py'],
  [/^(select|_poll)$/, 'asyncio/windows_events.py'],
  [/^get_events$/, 'trio/_core/_io_epoll.py'],
];

/** Kernel functions in which an idle loop sleeps. */
const pollChannels = /^(do_epoll_wait|ep_poll|io_cqring_wait)/;

/** Kernel functions in which a thread waits for a lock, the GIL among them. */
const lockChannels = /^futex_/;

/**
 * `free`: it waits for events. `busy`: it runs something. `waits-for-gil`: it has its events and cannot run, since another
 * thread holds the interpreter. `unknown`: its frames do not say, as with a callback in C.
 */
export type LoopState = 'free' | 'busy' | 'waits-for-gil' | 'unknown';

/** True when a loop thread sleeps in its selector, by the kernel's word. */
export function isAtSelector({ state, waitChannel }: Scheduling): boolean {
  return state === 'S' && pollChannels.test(waitChannel ?? '');
}

/** The thread that runs the loop which serves requests, or `undefined` in a master, a helper or another program. */
export function findLoopThread(threads: readonly Thread[], pid: number): Thread | undefined {
  const loops = threads.filter(
    ({ frames }) =>
      runsLoop(frames) && !frames.some(({ file }) => otherLoops.some((end) => endsWithPath(file, end))),
  );
  return loops.find(({ tid }) => tid === pid) ?? loops.at(-1);
}

/** True for a thread that runs any event loop. */
export function isLoopThread({ frames }: Thread): boolean {
  return runsLoop(frames);
}

/**
 * A process that `multiprocessing` forked off a loop has that loop's frames below its own, and no loop: what it does begins
 * at its `_bootstrap`.
 */
function runsLoop(frames: readonly Frame[]): boolean {
  return withoutForker(frames).some(isRunner);
}

/** The frames of a process's own, without those that it was forked with. */
export function withoutForker(frames: readonly Frame[]): readonly Frame[] {
  const start = frames.findIndex((frame) => isFrame(frame, '_bootstrap', 'multiprocessing/process.py'));
  return start < 0 ? frames : frames.slice(0, start);
}

/** The frames of what the loop is doing right now, innermost first; empty when it waits in code without frames. */
export function framesOnLoop({ frames }: Thread): readonly Frame[] {
  const runner = frames.findIndex(isRunner);
  return runner < 0 ? frames : frames.slice(0, runner);
}

/**
 * @param waitChannel The kernel function the thread sleeps in, where known: uvloop waits in code that has no frames, and
 *   so does a callback written in C.
 */
export function loopState(thread: Thread, waitChannel: string | null): LoopState {
  const inside = framesOnLoop(thread);
  const [top] = inside;
  if (inside.length === 1 && top && matches(top, selectors)) {
    return lockChannels.test(waitChannel ?? '') ? 'waits-for-gil' : 'free';
  }
  // A callback written in C has no frame of its own: the loop's call of it is the last thing to be seen.
  if (isFrame(top, '_run', 'asyncio/events.py')) return 'busy';
  if (inside.some((frame) => !isLoopInternal(frame))) return 'busy';
  if (waitChannel !== null) return pollChannels.test(waitChannel) ? 'free' : 'busy';
  return top === undefined ? 'free' : 'unknown';
}

/** The loop thread of a dump and its state; `undefined` when the process has no such loop. */
export function loopOf(dump: Dump): { thread: Thread; state: LoopState } | undefined {
  const thread = findLoopThread(dump.threads, dump.pid);
  if (!thread) return undefined;
  const state = loopState(thread, dump.loopScheduling?.waitChannel ?? null);
  return { thread, state: state === 'free' && wantsGil(thread, dump) ? 'waits-for-gil' : state };
}

/** It has woken and is ready to run while another thread holds the interpreter, for which it asks again every 5 ms. */
function wantsGil(thread: Thread, { threads, loopScheduling }: Dump): boolean {
  return loopScheduling?.state === 'R' && threads.some((other) => other !== thread && other.ownsGil);
}

function isRunner(frame: Frame): boolean {
  return matches(frame, runners);
}

/** The loop's own machinery between two events. */
function isLoopInternal(frame: Frame): boolean {
  return isFrame(frame, '_run', 'asyncio/events.py') || isRunner(frame) || matches(frame, selectors);
}

function matches(frame: Frame, table: typeof runners): boolean {
  return table.some(([name, file]) => name.test(bareName(frame)) && endsWithPath(frame.file, file));
}
