import { poolThreads } from '../../analysis/pool-threads.ts';
import { mayServe } from '../../analysis/serving.ts';
import type { Recorder } from '../../evidence/recorder.ts';
import type { Evidence } from '../../evidence/schema.ts';
import type { Plan } from '../../plan/plan.ts';
import type { BackendProcess } from '../../processes/backend-processes.ts';
import { activeBetween, snapshotThreads, threadId } from '../../processes/threads.ts';
import { type Answer, ask } from './ask.ts';
import { candidatesOf } from './candidates.ts';
import { type ApiDocument, readOpenApi } from './openapi.ts';

const askTimeoutMs = 2_000;
const budgetMs = 5_000;
const largestDocumentBytes = 4 * 1024 * 1024;
/** A route that answers with more is too dear to be asked all the time. */
const largestAnswerBytes = 256 * 1024;
/** So often a route is asked again before it is trusted, and each time it has to be quick. */
const confirmations = 4;
const quickMs = 500;

export interface DiscoveryOptions {
  readonly plan: Plan;
  readonly recorder: Recorder;
  readonly listProcesses: () => readonly BackendProcess[];
  /** Aborted when there is nothing more to learn. */
  readonly over: AbortSignal;
}

type SyncRoute = NonNullable<Evidence['syncRoute']>;

/**
 * Looks for a route that worker threads serve, and has it probed too: its silence shows a full thread pool, which a free
 * event loop hides. OpenAPI does not tell which routes these are, but a request to one makes the framework start a thread,
 * or makes one work that the dumps show in a pool. Nobody else may send requests meanwhile. What is not found is no error.
 */
export async function discoverSyncRoute(options: DiscoveryOptions): Promise<void> {
  const { plan, recorder } = options;
  if (!plan.discovery) return;
  await recorder.phase('discover', async (phase) => {
    const found = await search(options);
    const { evidence } = recorder;
    evidence.syncRoute = found;
    const { path } = found;
    if (path !== null && evidence.probeRoutes.every((route) => route.path !== path)) {
      evidence.probeRoutes.push({
        path,
        chosen: 'discovered',
        baselineMs: null,
        baselineStatus: null,
        intervalMs: null,
      });
    }
    phase.note(found.detail.replaceAll('`', ''));
  });
}

async function search({ plan, recorder, listProcesses, over }: DiscoveryOptions): Promise<SyncRoute> {
  const pids = listProcesses()
    .filter(mayServe)
    .map(({ pid }) => pid);
  const witness = new ThreadWitness(plan, recorder, pids, over);
  if (!witness.sees) return { path: null, detail: "the backend's threads cannot be seen" };
  for (const path of plan.probePaths) {
    if (await isServedByThread(path, witness))
      return { path, detail: `\`${path}\` is served by a worker thread` };
  }
  const api = await findDocument(plan, witness);
  if (!api)
    return { path: null, detail: 'no route served by a worker thread: no OpenAPI document was found' };
  const taken = [...plan.probePaths, new URL(plan.stream.url).pathname];
  const candidates = candidatesOf(api, plan.discovery?.prefix ?? '', taken);
  for (const path of candidates) {
    if (await isFit(path, witness))
      return { path, detail: `\`${path}\` is served by a worker thread and is probed too` };
  }
  return {
    path: null,
    detail:
      candidates.length === 0
        ? 'no route served by a worker thread: OpenAPI lists no other plain GET'
        : `no route served by a worker thread: none of ${candidates.length} asked was seen to use one`,
  };
}

/** Twice: an app may start a thread of its own at the first request to a route. */
async function isServedByThread(path: string, witness: ThreadWitness): Promise<boolean> {
  return (await witness.ask(path)).threads > 0 && (await witness.ask(path)).threads > 0;
}

async function findDocument(plan: Plan, witness: ThreadWitness): Promise<ApiDocument | undefined> {
  for (const path of plan.discovery?.documentPaths ?? []) {
    const { answer } = await witness.ask(path, largestDocumentBytes);
    const api = answer?.status === 200 ? readOpenApi(answer.text) : undefined;
    if (api) return api;
  }
  return undefined;
}

/**
 * True when a worker thread serves the route every time, and it is quick, steady and well. A route that asks others in
 * turn is left alone: it would fall silent as soon as they are stalled, through no fault of the streams.
 */
async function isFit(path: string, witness: ThreadWitness): Promise<boolean> {
  const first = await witness.ask(path);
  if (!isGood(first) || first.answer.status >= 500) return false;
  for (let asked = 0; asked < confirmations; asked += 1) {
    const again = await witness.ask(path);
    if (!isGood(again) || again.answer.status !== first.answer.status) return false;
    if (again.answer.tookMs > Math.min(quickMs, witness.deadlineMs / 4)) return false;
  }
  return true;
}

interface Testimony {
  readonly answer: Answer | undefined;
  /** Threads that were at work for it: of a pool, or not there before the search. */
  readonly threads: number;
  /** It made the backend send a request of its own. */
  readonly wentOut: boolean;
}

function isGood(testimony: Testimony): testimony is Testimony & { answer: Answer } {
  return testimony.answer !== undefined && testimony.threads > 0 && !testimony.wentOut;
}

/** Asks for one route at a time and looks at what the backend's threads do meanwhile. */
class ThreadWitness {
  readonly deadlineMs: number;
  readonly sees: boolean;
  readonly #origin: string;
  readonly #upstream: Evidence['upstream'];
  readonly #pids: readonly number[];
  readonly #signal: AbortSignal;
  /** Threads that were there before and belong to no pool work at any time, for whatever reason. */
  readonly #others: ReadonlySet<string>;

  constructor(plan: Plan, { evidence }: Recorder, pids: readonly number[], over: AbortSignal) {
    this.deadlineMs = plan.deadlineMs;
    this.#origin = plan.origin;
    this.#upstream = evidence.upstream;
    this.#pids = pids;
    this.#signal = AbortSignal.any([over, AbortSignal.timeout(budgetMs)]);
    const pool = poolThreads(evidence.dumps).map(({ pid, tid }) => threadId(pid, tid));
    const there = new Set(snapshotThreads(pids).keys());
    this.sees = there.size > 0;
    this.#others = there.difference(new Set(pool));
  }

  async ask(path: string, maxBytes: number = largestAnswerBytes): Promise<Testimony> {
    const requests = this.#upstream.requests;
    const before = snapshotThreads(this.#pids);
    const answer = await ask({
      origin: this.#origin,
      path,
      maxBytes,
      timeoutMs: askTimeoutMs,
      signal: this.#signal,
    });
    const active = activeBetween(before, snapshotThreads(this.#pids));
    return {
      answer,
      threads: active.filter((thread) => !this.#others.has(thread)).length,
      wentOut: this.#upstream.requests > requests,
    };
  }
}
