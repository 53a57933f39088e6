import { EventEmitter, once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../plan/plan.ts';
import type { ProbeCommand, ProbeConfig, ProbeEvent } from './messages.ts';

interface ProberEvents {
  baseline: [];
  /** A route has owed an answer for longer than `dump-after`. */
  silent: [path: string, sinceMs: number];
  'answers-again': [path: string, atMs: number];
  'all-answered': [];
  stopped: [];
}

/** This side of the probing thread: records what it reports and tells who needs to know. */
export class Prober extends EventEmitter<ProberEvents> implements AsyncDisposable {
  /** Aborted when a probe has missed its deadline. */
  readonly missed: AbortSignal;
  /** Aborted when the thread itself failed; the reason is its error. */
  readonly broken: AbortSignal;
  readonly #missed = new AbortController();
  readonly #broken = new AbortController();
  readonly #worker: Worker;
  readonly #recorder: Recorder;
  #stopping: Promise<unknown> | undefined;

  /** Starts the thread; nothing is sent before `measureBaseline`. */
  constructor(plan: Plan, recorder: Recorder) {
    super();
    this.#recorder = recorder;
    this.missed = this.#missed.signal;
    this.broken = this.#broken.signal;
    const config: ProbeConfig = {
      epochNs: recorder.clock.epochNs,
      origin: plan.origin,
      deadlineMs: plan.deadlineMs,
      dumpAfterMs: plan.dumpAfterMs,
    };
    this.#worker = new Worker(workerUrl(), {
      workerData: config,
      // Of an answer without end each piece is soon garbage, which is looked for when this is full.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    this.#worker.on('message', (event: ProbeEvent) => this.#on(event));
    this.#worker.on('error', (error: Error) => this.#broken.abort(error));
    this.#worker.on('exit', () => {
      if (!this.#stopping) this.#broken.abort(new Error('the thread that probes ended'));
    });
  }

  /** Measures every route before the first stream; probing goes on at the cadence from then. */
  async measureBaseline(signal: AbortSignal): Promise<void> {
    const paths = this.#recorder.evidence.probeRoutes.map(({ path }) => path);
    await this.#next('baseline', { kind: 'begin', paths }, signal);
  }

  /** Resolves once every probe sent by now is answered, and on each route one that was sent after `sinceMs`. */
  async allAnswered(sinceMs: number, signal: AbortSignal): Promise<void> {
    await this.#next('all-answered', { kind: 'await-answers', sinceMs }, signal);
  }

  /** Ends probing; what is unanswered by now is recorded as unanswered. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#next('stopped', { kind: 'stop' }, AbortSignal.timeout(1_000)).catch(() => {});
    await this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#worker.terminate();
  }

  async #next(name: keyof ProberEvents, command: ProbeCommand, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const answer = once(this, name, { signal });
    this.#worker.postMessage(command);
    await answer;
  }

  #on(event: ProbeEvent): void {
    const { evidence } = this.#recorder;
    switch (event.kind) {
      case 'baseline':
        for (const route of evidence.probeRoutes) {
          Object.assign(
            route,
            event.routes.find(({ path }) => path === route.path),
          );
        }
        this.emit('baseline');
        break;
      case 'probes':
        evidence.probes.push(...event.probes);
        break;
      case 'silent':
        this.emit('silent', event.path, event.sinceMs);
        break;
      case 'answers-again':
        this.emit('answers-again', event.path, event.atMs);
        break;
      case 'missed':
        this.#missed.abort(new Error('no answer within the deadline'));
        break;
      case 'all-answered':
        this.emit('all-answered');
        break;
      case 'stopped':
        evidence.gate.delays = [...event.delays];
        evidence.gate.maxDelayMs = event.maxDelayMs;
        evidence.probingEndedMs = event.atMs;
        this.emit('stopped');
        break;
    }
  }
}

/** The thread's code: beside this file, or beside the bundle that holds it. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './probe-worker.cjs', import.meta.url);
}
