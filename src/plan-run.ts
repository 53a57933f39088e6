import { statSync } from 'node:fs';
import { findFreePort } from './backend/port.ts';
import { GateError } from './errors.ts';
import { makePlan, type Plan, wantsFreePort } from './plan/plan.ts';
import type { Settings } from './settings/schema.ts';

/**
 * The plan of a run on this machine: with a free port where one is wanted.
 * @throws {GateError} `wrong-settings` when the command or its folder is missing.
 */
export async function planRun(settings: Settings, workspace: string): Promise<Plan> {
  const port = wantsFreePort(settings) ? await findFreePort() : undefined;
  const plan = makePlan(settings, settings.command, port, workspace);
  if (!statSync(plan.workingDirectory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new GateError(
      'wrong-settings',
      `setting "working-directory" got ${JSON.stringify(settings.workingDirectory)}, and ${plan.workingDirectory} is no folder; it takes the path of an existing folder`,
    );
  }
  return plan;
}
