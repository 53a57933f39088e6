import type { Connection } from '../../http/client.ts';

/** A way of leaving a stream. See `docs/adding-a-mode.md`. */
export interface AbortMode {
  /**
   * `after-hold`: the stream is read until the wave has been held.
   * `after-request`: it is left as soon as the request is on its way, before a byte of the answer is read.
   */
  readonly when: 'after-hold' | 'after-request';
  /** Ends the connection as a client of this kind would. */
  abort(connection: Connection): void;
}
