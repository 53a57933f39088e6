/**
 * Gives the Python parts of this repository (the example backend, the end-to-end tests) an
 * environment of their own, built from a hash-locked requirements file and kept between runs.
 *
 * Needs nothing but Node 20 or newer, so that it runs before any `npm ci`.
 */

import { createHash } from 'node:crypto';
import {
  access,
  mkdir,
  readFile,
  readlink,
  realpath,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './run.mjs';

const CANDIDATES = [
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python3.14',
  'python3',
  'python',
];
const OLDEST_MINOR = 10;
const PROBE_TIMEOUT_MS = 15_000;
const LOCK_TIMEOUT_MS = 10 * 60_000;
const LOCK_POLL_MS = 200;
const MARKER = '.complete';

/** Prints one line of JSON; written so that Python 2 can run it too and be told apart by its version. */
const PROBE = `
import json, sys
try:
    import ensurepip, venv
    can_make_venv = True
except ImportError:
    can_make_venv = False
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "executable": sys.executable,
    "canMakeVenv": can_make_venv,
}))
`;

/**
 * @typedef {object} PythonEnvironment
 * @property {string} python   absolute path of the environment's interpreter
 * @property {string} binDir   the folder it is in, together with the installed commands
 * @property {string} version  the interpreter's version, such as `3.12.1`
 */

/**
 * @typedef {object} Interpreter
 * @property {string} executable   absolute path, behind shims such as pyenv's
 * @property {string} version      such as `3.12.1`
 * @property {string} minor        such as `3.12`
 * @property {boolean} canMakeVenv whether `venv` and `ensurepip` are there (Debian packages them apart)
 */

/**
 * Returns a virtual environment with the given requirements installed, building it when it is not there yet.
 *
 * One environment is kept per requirements file and interpreter. It counts as built only once its marker file is
 * there, so what an interrupted run left behind is thrown away; and only one process builds at a time, while others
 * wait for it.
 *
 * @param {object} options
 * @param {string} options.requirementsPath       a requirements file with hashes
 * @param {string} options.cacheDir               where environments are kept; made when missing
 * @param {(line: string) => void} options.log    gets a line before anything is installed, nothing otherwise
 * @param {Interpreter} [options.interpreter]     the one to build for; the first that is found when absent
 * @returns {Promise<PythonEnvironment>}
 * @throws {Error} a one-sentence message: no usable Python, no `venv`, or pip's own last lines
 */
export async function preparePython({ requirementsPath, cacheDir, log, interpreter: given }) {
  const requirements = path.resolve(requirementsPath);
  const interpreter = given ?? (await findPython());
  const venv = path.join(path.resolve(cacheDir), await venvName(requirements, interpreter));
  const binDir = path.join(venv, 'bin');
  const environment = { python: path.join(binDir, 'python'), binDir, version: interpreter.version };

  if (await isComplete(venv)) return environment;
  await mkdir(path.dirname(venv), { recursive: true });
  await withLock(`${venv}.lock`, async () => {
    if (await isComplete(venv)) return;
    log(
      `Installing ${path.relative(process.cwd(), requirements)} for Python ${interpreter.version} into ${venv}`,
    );
    await buildVenv(venv, environment.python, interpreter, requirements);
  });
  return environment;
}

/**
 * Finds a Python from 3.10 on by running each candidate: a name on the PATH may be a shim with nothing behind it.
 *
 * HANG_GATE_PYTHON is a decision, not a hint: when it is set and does not work, that is an error.
 *
 * @returns {Promise<Interpreter>}
 */
async function findPython() {
  const chosen = process.env.HANG_GATE_PYTHON;
  if (chosen) {
    const { interpreter, problem } = await probe(chosen);
    if (!interpreter)
      throw new Error(`HANG_GATE_PYTHON is ${chosen}, which ${problem}; set it to a Python 3.10 or newer.`);
    if (!interpreter.canMakeVenv) throw venvMissing(interpreter);
    return interpreter;
  }

  const tried = [];
  let withoutVenv;
  for (const candidate of CANDIDATES) {
    const { interpreter, problem } = await probe(candidate);
    if (interpreter?.canMakeVenv) return interpreter;
    withoutVenv ??= interpreter;
    if (problem) tried.push(`${candidate} ${problem}`);
  }
  if (withoutVenv) throw venvMissing(withoutVenv);
  throw new Error(
    `No Python 3.10 or newer was found (${tried.join('; ')}): install one or set HANG_GATE_PYTHON to its path.`,
  );
}

/**
 * @param {string} command
 * @returns {Promise<{ interpreter?: Interpreter, problem?: string }>}
 */
export async function probe(command) {
  const result = await run(command, ['-c', PROBE], PROBE_TIMEOUT_MS);
  if (result.missing) return { problem: 'is not there' };
  if (result.timedOut) return { problem: 'does not answer' };
  if (result.code !== 0) return { problem: 'does not run' };

  let answer;
  try {
    answer = JSON.parse(result.stdout);
  } catch {
    return { problem: 'is not Python' };
  }
  const [major, minor] = answer.version;
  const version = answer.version.join('.');
  if (major !== 3 || minor < OLDEST_MINOR) return { problem: `is ${version}` };
  const { executable, canMakeVenv } = answer;
  return { interpreter: { executable, version, minor: `${major}.${minor}`, canMakeVenv } };
}

/** @param {Interpreter} interpreter */
function venvMissing({ executable, version, minor }) {
  return new Error(
    `Python ${version} (${executable}) cannot make virtual environments, because its ensurepip module is missing: ` +
      `install it (on Debian and Ubuntu: apt-get install python${minor}-venv) or set HANG_GATE_PYTHON to another Python.`,
  );
}

/**
 * @param {string} requirements
 * @param {Interpreter} interpreter
 */
async function venvName(requirements, { executable, minor }) {
  const hash = createHash('sha256');
  hash.update(await readFile(requirements));
  hash.update(await realpath(executable));
  return `venv-${minor}-${hash.digest('hex').slice(0, 12)}`;
}

/** @param {string} venv */
async function isComplete(venv) {
  return access(path.join(venv, MARKER)).then(
    () => true,
    () => false,
  );
}

/**
 * Builds in place, since a virtual environment cannot be moved; the marker comes last and makes it count.
 *
 * @param {string} venv
 * @param {string} python
 * @param {Interpreter} interpreter
 * @param {string} requirements
 */
async function buildVenv(venv, python, interpreter, requirements) {
  await remove(venv);
  const made = await run(interpreter.executable, ['-I', '-m', 'venv', venv]);
  if (made.code !== 0) {
    throw new Error(
      `Python ${interpreter.version} could not make a virtual environment in ${venv}: ${lastLines(made)}`,
    );
  }
  const options = [
    '--require-hashes',
    '--only-binary=:all:',
    '--no-input',
    '--disable-pip-version-check',
    '--quiet',
  ];
  const installed = await run(python, ['-I', '-m', 'pip', 'install', ...options, '-r', requirements]);
  if (installed.code !== 0) {
    await remove(venv);
    throw new Error(
      `pip could not install ${requirements} for Python ${interpreter.version}: ${lastLines(installed)}`,
    );
  }
  await writeFile(path.join(venv, MARKER), '');
}

/** @param {string} directory */
async function remove(directory) {
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** @param {{ stdout: string, stderr: string }} result */
function lastLines({ stdout, stderr }) {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-8).join('\n');
}

/**
 * Runs `work` while this process holds the lock.
 *
 * The lock is a symbolic link that points at the owner's process id: unlike a folder with a file in it, it never
 * exists without saying whose it is.
 *
 * @param {string} lock
 * @param {() => Promise<void>} work
 */
async function withLock(lock, work) {
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  while (!(await takeLock(lock))) {
    if (Date.now() > deadline) {
      throw new Error(
        `Another process has held ${lock} for too long; delete ${lock}* if nothing is being installed.`,
      );
    }
    await breakStaleLock(lock);
    await sleep(LOCK_POLL_MS);
  }
  try {
    await work();
  } finally {
    await unlink(lock);
  }
}

/** @param {string} lock */
async function takeLock(lock) {
  try {
    await symlink(String(process.pid), lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {string} lock
 * @returns {Promise<number | undefined>}
 */
async function lockOwner(lock) {
  return readlink(lock).then(Number, () => undefined);
}

/**
 * Removes a lock whose owner died. Only one process may do that at a time: otherwise a slow one could remove the lock
 * that a quick one has just taken. Hence a second lock around the few milliseconds this takes.
 *
 * @param {string} lock
 */
async function breakStaleLock(lock) {
  if (!(await isStale(lock))) return;
  const breaking = `${lock}.breaking`;
  if (!(await takeLock(breaking))) return;
  try {
    if (await isStale(lock)) await unlink(lock);
  } finally {
    await unlink(breaking);
  }
}

/** @param {string} lock */
async function isStale(lock) {
  const owner = await lockOwner(lock);
  if (owner === undefined) return false;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
