/** Where requests wait on a loop that is free, by its tasks. */
import type { Frame, Task, TaskGraph } from '../evidence/schema.ts';
import { bareName, isApplicationFrame } from './frames.ts';

/** What a server runs a request in. Its other tasks, and the application's own, may wait for ever and owe no answer. */
const requestRunners: readonly (readonly [name: RegExp, file: RegExp])[] = [
  [/^run_asgi$/, /\/uvicorn\/protocols\/http\/\w+\.py$/],
  [/^_handle$/, /\/hypercorn\/asyncio\/task_group\.py$/],
  [/^_handle_http\w*_request$/, /\/gunicorn\/asgi\/protocol\.py$/],
  [/^future_watcher$/, /\/granian\/_futures\.py$/],
];

/** What sends a stream: it waits for as long as its client stays. */
const streamSenders: readonly (readonly [name: RegExp, file: RegExp])[] = [
  [/^(stream_response|listen_for_disconnect)$/, /\/starlette\/responses\.py$/],
  [/./, /\/sse_starlette\/sse\.py$/],
];

/**
 * The places in the application's code where requests that are no streams wait, each place once. A request that waits for
 * other tasks waits where they do.
 */
export function waitingPlaces(graphs: readonly Pick<TaskGraph, 'tasks'>[]): Frame[] {
  // Each graph by itself: forked workers have tasks of the same ids.
  const places = graphs.flatMap(({ tasks }) => placesIn(tasks));
  return [
    ...new Map(places.map((frame) => [`${frame.file}:${frame.line}:${frame.function}`, frame])).values(),
  ];
}

function placesIn(tasks: readonly Task[]): Frame[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const waiters = new Set(tasks.flatMap(({ awaitedBy }) => awaitedBy));
  return tasks
    .filter(({ id }) => !waiters.has(id))
    .map((task) => withWaiters(task, byId))
    .filter((chain) => standsIn(chain, requestRunners) && !standsIn(chain, streamSenders))
    .map((chain) => chain.flatMap(({ stack }) => stack).find(isApplicationFrame))
    .filter((frame) => frame !== undefined);
}

/** A task and all that wait for it, the nearest first. */
function withWaiters(task: Task, byId: ReadonlyMap<string, Task>): Task[] {
  const chain = new Set([task]);
  // A set grows while it is walked, and holds each once: tasks may wait for each other in a circle.
  for (const { awaitedBy } of chain) {
    for (const id of awaitedBy) {
      const waiter = byId.get(id);
      if (waiter) chain.add(waiter);
    }
  }
  return [...chain];
}

function standsIn(chain: readonly Task[], table: typeof requestRunners): boolean {
  return chain.some(({ stack }) =>
    stack.some((frame) =>
      table.some(([name, file]) => name.test(bareName(frame)) && file.test(frame.file.replaceAll('\\', '/'))),
    ),
  );
}

/** Locks, events, conditions and queues: what is waited for there comes from the same process, if it comes. */
const waitsInside = /\/(asyncio\/(locks|queues)|anyio\/(_core\/_synchronization|streams\/memory))\.py$/;

/**
 * Tasks that only the application can end. One that waits for a peer or a timer gets on by itself, and of a bare future
 * nobody can tell who completes it.
 */
export function waitingTasks(tasks: readonly Task[]): Task[] {
  return tasks.filter(({ stack }) => waitsInside.test(stack[0]?.file.replaceAll('\\', '/') ?? ''));
}

/** The line of the application at which most of these tasks wait, and how many do. */
export function commonPlace(tasks: readonly Task[]): { at: Frame; count: number } | undefined {
  const places = tasks.map(({ stack }) => stack.find(isApplicationFrame)).filter((at) => at !== undefined);
  const byLine = [...Map.groupBy(places, ({ file, line }) => `${file}:${line}`).values()];
  const [largest] = byLine.sort((a, b) => b.length - a.length);
  return largest?.[0] && { at: largest[0], count: largest.length };
}
