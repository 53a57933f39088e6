import type { Evidence } from '../../evidence/schema.ts';
import type { NamedExplanation } from '../explanation.ts';
import { acceptLimit } from './accept-limit.ts';
import type { DeadService, FreeLoopCause } from './cause.ts';
import { connectionPoolExhausted } from './connection-pool-exhausted.ts';
import { lostAwait } from './lost-await.ts';
import { serverErrors } from './server-errors.ts';
import { threadPoolExhausted } from './thread-pool-exhausted.ts';

/** In the order in which they are asked. Threads that wait for a connection fill their own pool as well. */
export const freeLoopCauses: readonly FreeLoopCause[] = [
  acceptLimit,
  connectionPoolExhausted,
  threadPoolExhausted,
  serverErrors,
  lostAwait,
];

/** `undefined` when no cause is known; then the rule says what was seen. */
export function explainDeadService(service: DeadService, evidence: Evidence): NamedExplanation | undefined {
  for (const cause of freeLoopCauses) {
    const explanation = cause.explain(service, evidence);
    if (explanation) return { ruleId: cause.id, ...explanation };
  }
  return undefined;
}
