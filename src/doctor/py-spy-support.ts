import { isAtLeast } from '../version-order.ts';

/** The newest Python that a released py-spy is known to read. */
export const newestKnownPython = '3.15';

/** The first py-spy for each Python that older ones cannot read, the newest first. */
const firstPySpy: readonly (readonly [python: string, pySpy: string])[] = [
  ['3.15', '0.4.3'],
  ['3.14', '0.4.2'],
];

/** Whether a py-spy can read a Python, going by their versions; `unknown` for a Python newer than those tried. */
export function pySpySupport(pySpyVersion: string, pythonVersion: string): 'yes' | 'no' | 'unknown' {
  const minor = pythonVersion.split('.').slice(0, 2).join('.');
  if (!isAtLeast(newestKnownPython, minor)) return 'unknown';
  const needed = firstPySpy.find(([python]) => isAtLeast(minor, python))?.[1];
  return needed === undefined || isAtLeast(pySpyVersion, needed) ? 'yes' : 'no';
}
