import { messageOf } from '../errors.ts';
import { type Check, type CheckContext, type CheckResult, problem, type Status } from './check.ts';

/** Runs the checks one after the other; a check that throws is a problem like any other. */
export async function runChecks(
  checks: readonly Check[],
  context: CheckContext,
  onResult: (check: Check, result: CheckResult) => void,
): Promise<Status[]> {
  const statuses: Status[] = [];
  for (const check of checks) {
    const result = await runCheck(check, context);
    onResult(check, result);
    statuses.push(result.status);
  }
  return statuses;
}

async function runCheck(check: Check, context: CheckContext): Promise<CheckResult> {
  try {
    return await check.run(context);
  } catch (error) {
    return problem(messageOf(error), null);
  }
}
