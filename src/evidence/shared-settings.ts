import type { EarlierResult } from './baseline-schema.ts';
import type { Evidence } from './schema.ts';

/** What two runs have to share to be compared. */
export function sharedSettings({
  plan,
  probeRoutes,
}: Pick<Evidence, 'plan' | 'probeRoutes'>): EarlierResult['settings'] {
  return {
    stream: `${plan.streamMethod} ${plan.streamPath}`,
    probes: probeRoutes.filter(({ chosen }) => chosen === 'asked').map(({ path }) => path),
    deadlineMs: plan.deadlineMs,
    clients: plan.clients,
    waves: plan.waves,
    upstream: plan.upstream,
  };
}
