import { mayServe } from '../analysis/serving.ts';
import type { Evidence } from '../evidence/schema.ts';
import type { Rule, Statement } from './rule.ts';
import { counted, routes } from './wording.ts';

/** Everything that was planned was done, and whoever looks looked to the end. Absent data never passes. */
export const incomplete: Rule = {
  id: 'incomplete',
  title: 'Was everything done that was planned?',
  outcome: 'inconclusive',
  reason: 'gate-failed',
  evaluate: (evidence) => {
    for (const check of checks) {
      const missing = check(evidence);
      if (missing) return missing;
    }
    return undefined;
  },
};

/** Each says what did not happen. */
const checks: readonly ((evidence: Evidence) => Statement | undefined)[] = [
  ({ durationMs }) => said(durationMs === null, 'The run did not come to its end.'),
  ({ plan, waves }) => {
    const settled = waves.filter(
      ({ abortedMs, settledMs }) => abortedMs !== null && settledMs !== null,
    ).length;
    return said(settled < plan.waves, `Only ${settled} of ${plan.waves} waves came to their end.`);
  },
  ({ plan, upstream }) =>
    said(
      plan.upstream === 'stall' && upstream.stalledSinceMs === null,
      "The backend's own requests were never stalled.",
    ),
  ({ probeRoutes }) => said(probeRoutes.length === 0, 'There was no route to probe.'),
  ({ probeRoutes }) => {
    const silent = probeRoutes.filter(
      ({ baselineStatus, intervalMs }) => baselineStatus === null || intervalMs === null,
    );
    const paths = routes(silent.map(({ path }) => path));
    return said(silent.length > 0, `No probe of ${paths} was answered before the first stream.`);
  },
  unansweredAfterwards,
  ({ plan, probes, probeRoutes, probingEndedMs }) => {
    const usualMs = (path: string) => probeRoutes.find((route) => route.path === path)?.baselineMs ?? 0;
    const waiting = probes.filter(
      ({ path, latencyMs, error, sentMs }) =>
        latencyMs === null &&
        error === null &&
        (probingEndedMs ?? sentMs) - sentMs >= plan.deadlineMs / 2 + usualMs(path),
    );
    const paths = routes(waiting.map(({ path }) => path));
    return said(waiting.length > 0, `${paths} still owed an answer when probing ended.`);
  },
  ({ plan, streams }) => {
    const planned = plan.clients * plan.waves;
    const opened = streams.filter(({ wave }) => wave <= plan.waves).length;
    return said(opened < planned, `Only ${opened} of ${counted(planned, 'stream')} were opened.`);
  },
  ({ probingEndedMs }) => said(probingEndedMs === null, 'The thread that probes did not come to its end.'),
  ({ processes }) =>
    said(!processes.some(isServing), 'No process of the backend was seen alive that could serve.'),
  ({ gate, loops }) =>
    said(
      // Elsewhere the kernel does not tell.
      gate.platform.startsWith('linux') && !loops.some(({ samples }) => samples > 0),
      'No event loop was watched.',
    ),
  ({ plan, shutdown }) =>
    said(
      typeof plan.shutdownTimeoutMs === 'number' && !shutdown,
      'How the backend takes SIGTERM was to be looked at, and was not.',
    ),
  ({ streamsAfter }) => said(!streamsAfter?.length, 'No new stream was opened after the aborts.'),
  ({ resources }) =>
    said(
      resources.length > 0 && !resources.some(({ moment }) => moment === 'released'),
      'What the aborted streams left behind was not measured.',
    ),
];

function said(isMissing: boolean, message: string): Statement | undefined {
  return isMissing ? { message } : undefined;
}

function isServing(process: Evidence['processes'][number]): boolean {
  return process.alive && mayServe(process);
}

/** The backend itself has to have answered; a cache in front of it would do so while it hangs. */
function unansweredAfterwards({ probes, probeRoutes, waves }: Evidence): Statement | undefined {
  const lastAbortMs = waves.at(-1)?.abortedMs ?? Number.POSITIVE_INFINITY;
  const answers = probes.filter(
    ({ latencyMs, status, sentMs }) => latencyMs !== null && status !== null && sentMs >= lastAbortMs,
  );
  const unasked = probeRoutes.filter(
    (route) => !answers.some(({ path, isCached }) => path === route.path && !isCached),
  );
  if (unasked.length === 0) return undefined;
  const paths = routes(unasked.map(({ path }) => path));
  return answers.some(({ path }) => unasked.some((route) => route.path === path))
    ? {
        message: `No probe of ${paths} was answered by the backend itself after the last abort, only by a cache in front of it.`,
        fix: 'Let `url` lead to the backend itself.',
      }
    : { message: `No probe of ${paths} was answered after the last abort.`, fix: 'Raise `settle`.' };
}
