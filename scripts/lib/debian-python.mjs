/** Takes a Python out of a newer Debian than this one, without touching the system: apt works in folders of our own. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './run.mjs';

const SUITE = 'testing';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** An index or a package that does not come must not hold the run up for ever. */
const APT_TIMEOUT_MS = 5 * 60_000;
/** Where Debian's `ensurepip` looks for pip. */
const WHEELS = '/usr/share/python-wheels/';

/**
 * Puts Debian's Python and all that it needs, libc included, into `folder`. It arrives there whole or not at all.
 *
 * @param {object} options
 * @param {string} options.minor     such as `3.14`
 * @param {string} options.folder    absolute; made by this
 * @param {string} options.patchelf
 * @throws {Error} a one-sentence message
 */
export async function fetchFromDebian({ minor, folder, patchelf }) {
  const mirror = await debianMirror();
  await mkdir(path.dirname(folder), { recursive: true });
  const workshop = await mkdtemp(`${folder}-`);
  try {
    const packages = await download(`python${minor}-venv`, mirror, workshop);
    const image = path.join(workshop, 'image');
    for (const file of packages) await command('dpkg', ['-x', file, image]);
    await relocate({ minor, image, folder, patchelf });
    await rm(folder, { recursive: true, force: true });
    await rename(image, folder);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** The mirror that this machine's own packages come from. */
async function debianMirror() {
  const format = '$(ORIGIN) $(LABEL) $(REPO_URI)';
  const { stdout } = await command('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const mirror = /^Debian Debian (\S+)$/m.exec(stdout)?.[1];
  if (!mirror) throw new Error("apt's own sources name no Debian mirror");
  return mirror;
}

/** Downloads a package and everything that it depends on, as for a machine on which nothing is installed. */
async function download(name, mirror, workshop) {
  const state = path.join(workshop, 'state');
  const cache = path.join(workshop, 'cache');
  const archives = path.join(cache, 'archives');
  await mkdir(path.join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(path.join(archives, 'partial'), { recursive: true });
  const sources = path.join(workshop, 'sources.list');
  const signedBy = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  await writeFile(sources, `deb ${signedBy}${mirror} ${SUITE} main\n`);
  const status = path.join(workshop, 'status');
  await writeFile(status, '');
  const settings = {
    'Dir::State': state,
    'Dir::State::Lists': path.join(state, 'lists'),
    'Dir::State::Status': status,
    'Dir::Cache': cache,
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '-',
    'Dir::Etc::Preferences': '-',
    'Dir::Etc::PreferencesParts': '-',
    'Acquire::Languages': 'none',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  await command('apt-get', [...options, '--quiet', 'update']);
  const install = ['install', '--yes', '--quiet', '--download-only', '--no-install-recommends', name];
  await command('apt-get', [...options, ...install]);
  const files = await readdir(archives);
  return files.filter((file) => file.endsWith('.deb')).map((file) => path.join(archives, file));
}

/**
 * Makes the extracted Python find its own loader, libraries and pip in `folder`, where it will be. Written into the
 * binary and not into a script around it, since py-spy looks at the executable of a process. RPATH, unlike RUNPATH and
 * LD_LIBRARY_PATH, holds for the extension modules too and for no other program.
 */
async function relocate({ minor, image, folder, patchelf }) {
  const python = path.join(image, 'usr', 'bin', `python${minor}`);
  const { stdout: loader } = await command(patchelf, ['--print-interpreter', python]);
  const libraries = (await readdir(path.join(image, 'usr', 'lib'))).find((name) =>
    name.endsWith('-linux-gnu'),
  );
  await command(patchelf, [
    '--set-interpreter',
    path.join(folder, 'usr', loader.trim()),
    '--force-rpath',
    '--set-rpath',
    path.join(folder, 'usr', 'lib', libraries ?? ''),
    python,
  ]);
  const modules = path.join(image, 'usr', 'lib', `python${minor}`);
  for (const entry of await readdir(modules, { withFileTypes: true })) {
    // One of them is a link to another.
    if (!entry.isFile() || !/^_sysconfig(data|_vars)_.*\.(py|json)$/.test(entry.name)) continue;
    const file = path.join(modules, entry.name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(WHEELS, path.join(folder, WHEELS)));
  }
}

async function command(file, args) {
  const { code, stdout, stderr, missing, timedOut } = await run(file, args, APT_TIMEOUT_MS);
  if (missing) throw new Error(`${path.basename(file)} is not there`);
  if (timedOut)
    throw new Error(`${path.basename(file)} did not end within ${APT_TIMEOUT_MS / 60_000} minutes`);
  if (code !== 0) {
    const why = stderr.split('\n').find((line) => /^(E:|dpkg|patchelf)/.test(line));
    throw new Error(`${path.basename(file)} failed: ${why ?? `exit code ${code}`}`);
  }
  return { stdout };
}
