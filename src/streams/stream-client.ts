import type { Client, Dispatcher } from 'undici';
import { messageOf } from '../errors.ts';
import type { Stream } from '../evidence/schema.ts';
import { type Connection, freshClient, isFromCache, limitInterim, uncached } from '../http/client.ts';
import { pace } from '../http/pace.ts';
import type { Plan } from '../plan/plan.ts';
import { cutShort } from '../redaction/cut-short.ts';
import type { RunClock } from '../timing/clock.ts';
import type { AbortMode } from './abort-modes/abort-mode.ts';
import { EventCounter } from './event-counter.ts';

/**
 * Between the request's last byte and an early abort. Without it the reset may overtake the request: a server whose
 * kernel has the reset first never learns that somebody asked.
 */
const earlyAbortDelayMs = 20;
/** A header may have kilobytes. */
const longestType = 200;

/** One client of the streaming route: opens it, reads events, and leaves in the way of its abort mode. */
export class StreamClient {
  /** What this client saw; goes into the evidence and is kept up to date. */
  readonly record: Stream;
  /** Settled when the first byte of the body came, or when none will come any more. */
  readonly opened: Promise<void>;
  /** Settled when the stream is over, by whichever side. */
  readonly ended: Promise<void>;
  readonly #client: Client;
  readonly #clock: RunClock;
  readonly #mode: AbortMode;
  readonly #events = new EventCounter();
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #connection: Connection | undefined;

  constructor(plan: Plan, wave: number, mode: AbortMode, clock: RunClock) {
    this.#mode = mode;
    this.#clock = clock;
    this.opened = this.#opened.promise;
    this.ended = this.#ended.promise;
    this.record = {
      wave,
      openedMs: clock.nowMs(),
      status: null,
      contentType: null,
      firstByteMs: null,
      bytes: 0,
      events: 0,
      endedMs: null,
      end: null,
      error: null,
    };
    const { origin, pathname, search } = new URL(plan.stream.url);
    this.#client = freshClient(origin, (connection) => {
      this.#connection = connection;
    });
    this.#client.dispatch(
      {
        method: plan.stream.method as Dispatcher.HttpMethod,
        path: pathname + search,
        headers: { accept: 'text/event-stream', ...uncached, ...plan.stream.headers },
        body: plan.stream.body ?? null,
      },
      this.#handler(),
    );
  }

  /** Leaves the stream; does nothing when it is over already. */
  abort(): void {
    if (this.record.end !== null) return;
    this.#end('aborted', null);
    if (this.#connection) this.#mode.abort(this.#connection);
    else this.#destroy();
  }

  /** Frees the connection, whatever its state. */
  close(): void {
    this.#end('failed', 'the run ended');
    this.#destroy();
  }

  #handler(): Dispatcher.DispatchHandler {
    const limit = limitInterim();
    return {
      onRequestStart: () => {
        if (this.#mode.when === 'after-request') setTimeout(() => this.abort(), earlyAbortDelayMs);
      },
      onResponseStart: (controller, status, headers) => {
        limit(controller, status);
        this.record.status = status;
        if (isFromCache(headers)) this.record.isCached = true;
        this.record.contentType = cutShort(String(headers['content-type'] ?? ''), longestType) || null;
      },
      onResponseData: (controller, chunk) => {
        if (this.record.end !== null) return;
        pace(controller, chunk.length);
        this.record.firstByteMs ??= this.#clock.nowMs();
        this.record.bytes += chunk.length;
        this.#events.feed(chunk);
        this.record.events = this.#events.count;
        this.#opened.resolve();
      },
      onResponseEnd: () => this.#end('ended', null),
      onResponseError: (_controller, error) => this.#end('failed', messageOf(error)),
    };
  }

  #end(end: NonNullable<Stream['end']>, error: string | null): void {
    if (this.record.end !== null) return;
    this.record.end = end;
    this.record.error = error;
    this.record.endedMs = this.#clock.nowMs();
    this.#opened.resolve();
    this.#ended.resolve();
  }

  #destroy(): void {
    this.#client.destroy().catch(() => {});
  }
}
