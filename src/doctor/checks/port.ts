import { portOf, portOwner } from '../../backend/port.ts';
import { wantsFreePort } from '../../plan/plan.ts';
import { type Check, ok, problem, warning } from '../check.ts';

/** Whether the backend's port is free, else whose it is. */
export const port: Check = {
  id: 'port',
  title: 'port',
  run: async ({ plan, settings }) => {
    const number = portOf(plan.origin);
    if (wantsFreePort(settings)) return ok(`{port} becomes a free one, such as ${number}`);
    const owner = await portOwner(plan.origin);
    if (owner === undefined) return ok(`${number} is free`);
    const advice = 'End that process, or use {port} in the command to get a free port.';
    return settings.command || settings.url
      ? problem(`${number} is already served by ${owner}`, advice)
      : warning(
          `${number}, which is used unless the command or "url" says otherwise, is already served by ${owner}`,
          advice,
        );
  },
};
