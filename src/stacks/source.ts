import type { Thread } from '../evidence/schema.ts';

/** A way of taking the stacks of a running process. See `docs/adding-a-stack-source.md`. */
export interface StackSource {
  readonly name: string;
  /**
   * @param timeoutMs Hard limit: a dumper that hangs is killed.
   * @throws {StackSourceError} saying whether another source may do better.
   */
  dump(pid: number, timeoutMs: number): Promise<RawDump>;
  /** The same for people, as the tool itself prints it; `undefined` when it has no such form. */
  dumpText?(pid: number, timeoutMs: number): Promise<string>;
}

export interface RawDump {
  readonly threads: readonly Thread[];
  /** What the tool printed, kept as it is. */
  readonly text: string;
}

export class StackSourceError extends Error {
  override readonly name = 'StackSourceError';
  /** True when the tool was refused, as opposed to a process that is gone or cannot be read. */
  readonly denied: boolean;

  constructor(message: string, denied: boolean) {
    super(message);
    this.denied = denied;
  }
}
