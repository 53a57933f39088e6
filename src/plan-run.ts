import { statSync } from 'node:fs';
import { findFreePort } from './backend/port.ts';
import { GateError } from './errors.ts';
import { isThisMachine } from './http/client.ts';
import { makePlan, type Plan, wantsFreePort } from './plan/plan.ts';
import { portsServedBy } from './processes/listeners.ts';
import { descendants, listProcesses } from './processes/process-table.ts';
import type { Settings } from './settings/schema.ts';

/**
 * The plan of a run on this machine: with a free port where one is wanted, or with the one that a named process serves.
 * @throws {GateError} `wrong-settings` when the command or its folder is missing.
 */
export async function planRun(settings: Settings, workspace: string): Promise<Plan> {
  const port = wantsFreePort(settings) ? await findFreePort() : onlyPortOf(settings.pid);
  const plan = makePlan(settings, settings.command, port, workspace);
  if (!statSync(plan.workingDirectory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new GateError(
      'wrong-settings',
      `setting "working-directory" got ${JSON.stringify(settings.workingDirectory)}, and ${plan.workingDirectory} is no folder; it takes the path of an existing folder`,
    );
  }
  if (!plan.attach) return plan;
  return { ...plan, attach: { ...plan.attach, isHere: await isThisMachine(plan.origin) } };
}

/** Of a process that serves several, or none that can be seen, `url` has to tell. */
function onlyPortOf(pid: number | undefined): number | undefined {
  const ports = pid === undefined ? [] : portsServedBy(descendants(pid, listProcesses()));
  return ports.length === 1 ? ports[0] : undefined;
}
