import { pySpyCacheFolder, pythonWithPip } from '../../stacks/py-spy-install.ts';
import type { LocatedPySpy, PySpySearch } from '../../stacks/py-spy-locate.ts';
import { isCurrentPySpy, oldestPySpyVersion, pySpyVersion } from '../../stacks/py-spy-requirement.ts';
import { type Check, type CheckResult, ok, problem, warning } from '../check.ts';
import { pySpySupport } from '../py-spy-support.ts';

/** Which py-spy a run would use, and whether it reads that Python. */
export const pySpy: Check = {
  id: 'py-spy',
  title: 'py-spy',
  run: async (context) => {
    if (context.plan.pySpy === 'off') {
      return warning(
        'switched off by the setting "py-spy"',
        'Without it a hang is red, but no line is named: leave the setting at auto.',
      );
    }
    const search = await context.pySpy();
    if (search.found) {
      const interpreter = await context.python().catch(() => undefined);
      return judgePySpy(search.found, interpreter?.version);
    }
    return judgeInstallation(search, await pythonWithPip(), pySpyCacheFolder(context.env));
  },
};

/** @param pythonVersion Of the backend's Python; `undefined` when none was found. */
export function judgePySpy(
  { version, detail }: LocatedPySpy,
  pythonVersion: string | undefined,
): CheckResult {
  const found = withoutName(detail);
  const support = pythonVersion === undefined ? 'yes' : pySpySupport(version, pythonVersion);
  const other = `Install ${pySpyVersion} or newer there, or leave the setting "py-spy" at auto.`;
  if (support === 'no') return problem(`${found}, which cannot read Python ${pythonVersion}`, other);
  if (!isCurrentPySpy(version)) return warning(`${found}, which is older than ${oldestPySpyVersion}`, other);
  if (support === 'unknown') {
    return warning(
      `${found}, which is not known to read Python ${pythonVersion}`,
      'See the next line: it tells whether it does.',
    );
  }
  return ok(found);
}

/** @param python The one whose pip would install it; `undefined` when there is none. */
export function judgeInstallation(
  { outdated }: Pick<PySpySearch, 'outdated'>,
  python: string | undefined,
  folder: string,
): CheckResult {
  const old = outdated.map(({ detail }) => withoutName(detail)).join('; ');
  const lack =
    old === '' ? 'not found' : `${old}, which is too old (${oldestPySpyVersion} or newer is needed)`;
  const byHand = `pip install 'py-spy>=${oldestPySpyVersion}'`;
  return python === undefined
    ? problem(
        `${lack}, and no python3 or python on PATH has pip to install it`,
        `Install it so that it is on PATH: ${byHand}`,
      )
    : warning(
        `${lack}; run would install ${pySpyVersion} with the pip of ${python} into ${folder}`,
        `Nothing to do where PyPI can be reached; elsewhere put it on PATH before: ${byHand}`,
      );
}

function withoutName(detail: string): string {
  return detail.replace(/^py-spy /, '');
}
