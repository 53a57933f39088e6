import type { Block } from '../../analysis/block.ts';
import type { Evidence } from '../../evidence/schema.ts';

/** A known way of blocking an event loop, told by the loop thread's frames. See `docs/adding-a-rule.md`. */
export interface Cause {
  readonly id: string;
  matches(block: Block): boolean;
  explain(block: Block, evidence: Evidence): Explanation;
}

export interface Explanation {
  /** Completes the sentence "… because …": what waits, on which line, for whom. */
  readonly because: string;
  readonly fix: string | null;
}
