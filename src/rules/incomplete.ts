import type { Rule } from './rule.ts';
import { routes } from './wording.ts';

/** Everything that was planned was done, and every route answered after the last abort. Absent data never passes. */
export const incomplete: Rule = {
  id: 'incomplete',
  title: 'Was everything done that was planned?',
  outcome: 'inconclusive',
  reason: 'gate-failed',
  evaluate: ({ plan, waves, probes, probeRoutes, shutdown }) => {
    const settled = waves.filter(({ settledMs }) => settledMs !== null).length;
    if (settled < plan.waves) return { message: `Only ${settled} of ${plan.waves} waves came to their end.` };
    if (probeRoutes.length === 0) return { message: 'There was no route to probe.' };
    if (typeof plan.shutdownTimeoutMs === 'number' && !shutdown) {
      return { message: 'How the backend takes SIGTERM was to be looked at, and was not.' };
    }
    const lastAbortMs = waves.at(-1)?.abortedMs ?? Number.POSITIVE_INFINITY;
    const unasked = probeRoutes.filter(
      ({ path }) =>
        !probes.some(
          (probe) => probe.path === path && probe.latencyMs !== null && probe.sentMs >= lastAbortMs,
        ),
    );
    return unasked.length === 0
      ? undefined
      : {
          message: `No probe of ${routes(unasked.map(({ path }) => path))} was answered after the last abort.`,
          fix: 'Raise `settle`.',
        };
  },
};
