import { isAtLeast } from '../../version-order.ts';
import { type Check, type CheckResult, ok, problem } from '../check.ts';

/** As `package.json` says. */
const oldest = '22.19';

/** Whether this Node is new enough. */
export const nodeVersion: Check = {
  id: 'node',
  title: 'Node',
  run: () => judgeNode(process.versions.node),
};

export function judgeNode(version: string): CheckResult {
  return isAtLeast(version, oldest)
    ? ok(version)
    : problem(
        `${version} is too old`,
        `Install Node ${oldest} or newer; in a workflow, with actions/setup-node.`,
      );
}
