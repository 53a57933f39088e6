import { existsSync } from 'node:fs';

/** The Python with the example's packages. Without it nothing was tested, which must not look green. */
export function requiredPython(): string {
  return required('HANG_GATE_TEST_PYTHON', 'examples/news-backend/requirements.txt');
}

/** The Python with every supported server. */
export function requiredServersPython(): string {
  return required('HANG_GATE_TEST_SERVERS_PYTHON', '__tests__/fixtures/servers/requirements.txt');
}

/** The example's packages for every tested version of Python that this machine has, by version such as `3.14`. */
export function requiredPythons(): [version: string, python: string][] {
  const variable = 'HANG_GATE_TEST_PYTHONS';
  const pythons = Object.entries<string>(JSON.parse(process.env[variable] ?? '{}'));
  if (pythons.length > 0 && pythons.every(([, path]) => existsSync(path))) return pythons;
  throw new Error(`${variable} names no Pythons: run "npm test", which finds them.`);
}

/** The Python with what the apps of the corpus import. */
export function requiredCorpusPython(): string {
  return required('HANG_GATE_TEST_CORPUS_PYTHON', '__tests__/corpus/requirements.txt');
}

function required(variable: string, requirements: string): string {
  const path = process.env[variable];
  if (path !== undefined && existsSync(path)) return path;
  const got = path === undefined ? 'is not set' : `names ${path}, which is not there`;
  throw new Error(
    `${variable} ${got}: run "npm test", or set it to a Python with the packages of ${requirements}.`,
  );
}
