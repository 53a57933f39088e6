import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { execa } from 'execa';
import { GateError } from '../errors.ts';
import { toolEnvironment } from '../own-process/tool-environment.ts';
import type { Command } from '../settings/schema.ts';
import { installPySpy, pySpyCacheFolder } from './py-spy-install.ts';
import { isCurrentPySpy, pySpyVersion } from './py-spy-requirement.ts';

export interface LocatedPySpy {
  readonly path: string;
  readonly version: string;
  /** One line for the report: where it is and where it came from. */
  readonly detail: string;
}

export interface FindOptions {
  /** The `py-spy` setting: `auto` or a path. */
  readonly setting: string;
  readonly command: Command;
  readonly workingDirectory: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface LocateOptions extends FindOptions {
  /** Told before something is installed. */
  readonly onInstall: (what: string) => void;
  /** Names a temporary folder, given how its path begins. */
  readonly claimFolder: (prefix: string) => string;
  readonly interrupt: AbortSignal;
}

export interface PySpySearch {
  readonly found: LocatedPySpy | undefined;
  /** Passed over, because they are too old. */
  readonly outdated: readonly LocatedPySpy[];
}

/**
 * Finds py-spy, else installs it.
 * @throws {GateError} `wrong-settings` when a path was given and is no usable py-spy.
 * @throws when it is nowhere and cannot be installed.
 */
export async function locatePySpy(options: LocateOptions): Promise<LocatedPySpy> {
  const { found } = await findPySpy(options);
  if (found) return found;
  const folder = pySpyCacheFolder(options.env);
  options.onInstall(`installing py-spy ${pySpyVersion} with pip into ${folder}`);
  await installPySpy(folder, options.claimFolder(folder), options.interrupt);
  const path = cachedPath(options.env);
  if ((await versionOf(path)) === undefined)
    throw new Error(`the installed ${path} does not run on this machine`);
  return { path, version: pySpyVersion, detail: `py-spy ${pySpyVersion} installed with pip: ${path}` };
}

/**
 * Finds py-spy without installing it: the given path, else on PATH, else beside the backend's Python, else installed by
 * an earlier run.
 * @throws {GateError} `wrong-settings` when a path was given and is no usable py-spy.
 */
export async function findPySpy(options: FindOptions): Promise<PySpySearch> {
  if (options.setting !== 'auto') return { found: await given(options.setting), outdated: [] };
  const candidates = [
    ...foldersOfPath(options.env).map((folder) => ({ path: join(folder, 'py-spy'), where: 'on PATH' })),
    ...foldersOfPython(options).map((folder) => ({
      path: join(folder, 'py-spy'),
      where: "beside the backend's Python",
    })),
    { path: cachedPath(options.env), where: 'installed before' },
  ];
  const outdated: LocatedPySpy[] = [];
  for (const { path, where } of candidates) {
    const version = await versionOf(path);
    if (version === undefined) continue;
    const located = { path, version, detail: `py-spy ${version} ${where}: ${path}` };
    if (isCurrentPySpy(version)) return { found: located, outdated };
    outdated.push(located);
  }
  return { found: undefined, outdated };
}

function cachedPath(env: NodeJS.ProcessEnv): string {
  return join(pySpyCacheFolder(env), 'bin', 'py-spy');
}

/** A path that the user gave is used or refused, never replaced in silence. */
async function given(path: string): Promise<LocatedPySpy> {
  const version = await versionOf(path);
  if (version === undefined) {
    throw new GateError(
      'wrong-settings',
      `setting "py-spy" got ${JSON.stringify(path)}, which is no py-spy that runs here; it takes auto, off or the path of a py-spy executable`,
    );
  }
  return { path, version, detail: `py-spy ${version} as given: ${path}` };
}

function foldersOfPath(env: NodeJS.ProcessEnv): string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
}

/** Where the backend's environment keeps its programs: beside the program that is started, or in the active one. */
function foldersOfPython({ command, workingDirectory, env }: FindOptions): string[] {
  const program = command.kind === 'argv' ? command.argv[0] : command.line.trim().split(/\s+/)[0];
  const folders = env['VIRTUAL_ENV'] ? [join(env['VIRTUAL_ENV'], 'bin')] : [];
  if (program?.includes('/')) folders.unshift(dirname(resolve(workingDirectory, program)));
  return folders;
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    if (!(await stat(path)).isFile()) return undefined;
    const { stdout } = await execa(path, ['--version'], {
      extendEnv: false,
      env: toolEnvironment(process.env),
      timeout: 5_000,
      killSignal: 'SIGKILL',
      stdin: 'ignore',
    });
    return /^py-spy (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
