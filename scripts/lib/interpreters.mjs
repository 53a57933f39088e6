/** The Pythons that hang-gate is tested with, and where they are found. */
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { probe } from './python-env.mjs';

export const pythonVersions = ['3.10', '3.11', '3.12', '3.13', '3.14', '3.15'];

/** Where scripts/interpreters.mjs puts what it fetches. */
export const interpretersFolder = (cacheDir) => path.join(cacheDir, 'interpreters');

/**
 * Finds one interpreter per version by running each candidate: a name on the PATH may be a shim with nothing behind it.
 *
 * @param {string} cacheDir
 * @returns {Promise<{ minor: string, interpreter?: import('./python-env.mjs').Interpreter }[]>}
 */
export async function findInterpreters(cacheDir) {
  return await Promise.all(
    pythonVersions.map(async (minor) => ({ minor, interpreter: await findInterpreter(minor, cacheDir) })),
  );
}

/**
 * @param {string} minor such as `3.14`
 * @param {string} cacheDir
 */
export async function findInterpreter(minor, cacheDir) {
  for (const candidate of await candidates(minor, cacheDir)) {
    const { interpreter } = await probe(candidate);
    if (interpreter?.minor === minor && interpreter.canMakeVenv) return interpreter;
  }
  return undefined;
}

async function candidates(minor, cacheDir) {
  const name = `python${minor}`;
  const pyenv = path.join(process.env.PYENV_ROOT || path.join(os.homedir(), '.pyenv'), 'versions');
  const fetched = interpretersFolder(cacheDir);
  const toolCache = process.env.RUNNER_TOOL_CACHE;
  const homes = [
    ...(await homesIn(pyenv, `${minor}.`)),
    ...(toolCache ? await homesIn(path.join(toolCache, 'Python'), `${minor}.`, os.arch()) : []),
    ...(await homesIn(fetched, `cpython-${minor}.`)),
    path.join(fetched, minor, 'usr'),
  ];
  return [name, ...homes.map((home) => path.join(home, 'bin', name))];
}

/** The folders of a folder whose names begin like this, the newest version first. */
async function homesIn(folder, prefix, below = '') {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.startsWith(prefix))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => path.join(folder, name, below));
}
