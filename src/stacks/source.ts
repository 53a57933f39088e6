import type { Thread } from '../evidence/schema.ts';

/** A way of taking the stacks of a running process. See `docs/adding-a-stack-source.md`. */
export interface StackSource {
  readonly name: string;
  /** How often the kernel counts, for taking one dump, that a thread which sleeps gave up its processor by itself. */
  readonly wakes: number;
  /** The source before it with more rights: asked only where that one was denied. */
  readonly onlyAfterDenial?: true;
  /**
   * It walks frames that other threads may be changing, which has crashed interpreters under load:
   * https://github.com/python/cpython/issues/116008.
   */
  readonly isRiskyWhileRunning?: true;
  /**
   * @param timeoutMs Hard limit: a dumper that hangs is killed.
   * @throws {StackSourceError} saying whether it is worth asking again.
   */
  dump(pid: number, timeoutMs: number): Promise<RawDump>;
  /** The same for people, as the tool itself prints it; `undefined` when it has no such form. */
  dumpText?(pid: number, timeoutMs: number): Promise<string>;
}

export interface RawDump {
  readonly threads: readonly Thread[];
  /** What the tool printed, kept as it is. */
  readonly text: string;
  readonly format: 'json' | 'txt';
}

/**
 * `denied`: the tool may not read this process. `useless`: it crashes, prints something else or cannot read this
 * interpreter. `late`: no answer in the time it was given, so that it either hangs or has too little of a processor.
 * `passing`: the process is just starting or gone. Only the last two may be worth asking again.
 */
export type FailureKind = 'denied' | 'useless' | 'late' | 'passing';

export class StackSourceError extends Error {
  override readonly name = 'StackSourceError';
  readonly kind: FailureKind;

  constructor(message: string, kind: FailureKind) {
    super(message);
    this.kind = kind;
  }
}
