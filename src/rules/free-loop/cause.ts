import type { Miss } from '../../analysis/misses.ts';
import type { Dump, Evidence } from '../../evidence/schema.ts';
import type { Explanation, Need } from '../explanation.ts';

/** Probes that were not answered, or answered with errors, while no event loop stood still. */
export interface DeadService {
  readonly misses: readonly Miss[];
  /** They were all answered, with errors. */
  readonly isBroken: boolean;
  /** Taken meanwhile, with frames. */
  readonly dumps: readonly Dump[];
  /** Every loop that these dumps show was free in at least one of them, and so it turns. */
  readonly isLoopFree: boolean;
}

/** A known way for a service to be dead while its event loop is free. See `docs/adding-a-rule.md`. */
export interface FreeLoopCause {
  /** Also the name of its page, `docs/rules/<id>.md`. */
  readonly id: string;
  /** What keeps the requests, for the table of rules. */
  readonly title: string;
  readonly needs: readonly Need[];
  /** `undefined` when it is not this. */
  explain(service: DeadService, evidence: Evidence): Explanation | undefined;
}
