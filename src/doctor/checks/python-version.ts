import { isAtLeast } from '../../version-order.ts';
import { type Check, type CheckResult, ok, problem, warning } from '../check.ts';
import { newestKnownPython } from '../py-spy-support.ts';
import { NoPython, oldestKnownPython, type Python } from '../python.ts';

/** Which Python the command would run, and whether the gate knows it. */
export const pythonVersion: Check = {
  id: 'python',
  title: 'Python',
  run: async ({ python }) => {
    try {
      return judgePython(await python());
    } catch (error) {
      if (error instanceof NoPython) return problem(error.message, error.advice);
      throw error;
    }
  },
};

export function judgePython({ version, implementation, freeThreaded, where, path }: Python): CheckResult {
  const found = `${version}, ${where}: ${path}`;
  if (implementation !== 'cpython') {
    return warning(`${implementation} ${found}`, 'py-spy reads only CPython: run the backend with that.');
  }
  if (freeThreaded) {
    return warning(
      `${found}, built without the GIL`,
      'py-spy is not known to read such a build: run the backend with the ordinary one.',
    );
  }
  const minor = version.split('.').slice(0, 2).join('.');
  if (!isAtLeast(version, oldestKnownPython)) {
    return warning(found, `The gate was not tried with Python ${minor}: use ${oldestKnownPython} or newer.`);
  }
  if (!isAtLeast(newestKnownPython, minor)) {
    return warning(
      found,
      `py-spy is not known to read Python ${minor}: if the stacks below fail, use ${newestKnownPython}.`,
    );
  }
  return ok(found);
}
