import type { WaitedOn } from '../analysis/waited-on.ts';
import type { Frame } from '../evidence/schema.ts';

/** What a cause says about the finding that it explains. */
export interface Explanation {
  /** Completes the sentence "… because …": what waits, on which line, for whom, and where that one stands. */
  readonly because: string;
  readonly fix: string | null;
  /** The line to look at, where the cause is the first to know one: a free loop has no culprit of its own. */
  readonly at?: Frame | undefined;
  /** Nothing shows it but that nothing else is there, which a busy machine may look like too. */
  readonly byExclusion?: true;
  /** The threads that can end the wait, those at one place together; only where that is certain. */
  readonly waitedOn?: readonly WaitedOn[] | undefined;
}

export interface NamedExplanation extends Explanation {
  /** The cause's. */
  readonly ruleId: string;
}

/** What of the evidence a cause reads; where it is missing, the cause cannot be told. */
export type Need =
  | 'frames'
  | 'wait channel'
  | 'source line'
  | 'accounting'
  | 'accept queue'
  | 'log'
  | 'probes';
