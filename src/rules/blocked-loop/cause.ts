import type { Standstill } from '../../analysis/standstill.ts';
import type { Evidence } from '../../evidence/schema.ts';
import type { Explanation, Need } from '../explanation.ts';

/** A known way of blocking an event loop. See `docs/adding-a-rule.md`. */
export interface BlockedLoopCause {
  /** Also the name of its page, `docs/rules/<id>.md`. */
  readonly id: string;
  /** What keeps the loop, for the table of rules. */
  readonly title: string;
  readonly needs: readonly Need[];
  matches(standstill: Standstill, evidence: Evidence): boolean;
  /** @param rest What the causes further down the table say, for one that is only the circumstance of another. */
  explain(standstill: Standstill, evidence: Evidence, rest: () => Explanation): Explanation;
}
