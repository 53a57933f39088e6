import { oldestPySpyVersion } from '../stacks/py-spy-requirement.ts';
import { isAtLeast } from '../version-order.ts';

/** The newest Python that a released py-spy is known to read. */
export const newestKnownPython = '3.14';

/** Whether a py-spy can read a Python, going by their versions; `unknown` for a Python newer than those tried. */
export function pySpySupport(pySpyVersion: string, pythonVersion: string): 'yes' | 'no' | 'unknown' {
  if (isAtLeast(pythonVersion, '3.15')) return 'unknown';
  return isAtLeast(pythonVersion, '3.14') && !isAtLeast(pySpyVersion, oldestPySpyVersion) ? 'no' : 'yes';
}
