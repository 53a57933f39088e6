import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { GateError } from '../errors.ts';
import type { Command } from '../settings/schema.ts';
import { toolEnvironment } from '../tool-environment.ts';
import { installPySpy, pySpyCacheFolder } from './py-spy-install.ts';
import { oldestPySpyVersion, pySpyVersion } from './py-spy-requirement.ts';

export interface LocatedPySpy {
  readonly path: string;
  /** One line for the report: where it is and where it came from. */
  readonly detail: string;
}

export interface LocateOptions {
  /** The `py-spy` setting: `auto` or a path. */
  readonly setting: string;
  readonly command: Command;
  readonly workingDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told before something is installed. */
  readonly onInstall: (what: string) => void;
  readonly interrupt: AbortSignal;
}

/**
 * Finds py-spy: the given path, else on PATH, else beside the backend's Python, else installed before or now.
 * @throws {GateError} `wrong-settings` when a path was given and is no usable py-spy.
 * @throws when it is nowhere and cannot be installed.
 */
export async function locatePySpy(options: LocateOptions): Promise<LocatedPySpy> {
  if (options.setting !== 'auto') return given(options.setting);
  const cached = join(pySpyCacheFolder(options.env), 'bin', 'py-spy');
  const candidates = [
    ...foldersOfPath(options.env).map((folder) => ({ path: join(folder, 'py-spy'), where: 'on PATH' })),
    ...foldersOfPython(options).map((folder) => ({
      path: join(folder, 'py-spy'),
      where: "beside the backend's Python",
    })),
    { path: cached, where: 'installed by an earlier run' },
  ];
  for (const { path, where } of candidates) {
    const version = await versionOf(path);
    if (version !== undefined && isCurrent(version))
      return { path, detail: `py-spy ${version} ${where}: ${shown(path)}` };
  }
  options.onInstall(`installing py-spy ${pySpyVersion} with pip into ${pySpyCacheFolder(options.env)}`);
  await installPySpy(pySpyCacheFolder(options.env), options.interrupt);
  if ((await versionOf(cached)) === undefined)
    throw new Error(`the installed ${cached} does not run on this machine`);
  return { path: cached, detail: `py-spy ${pySpyVersion} installed with pip: ${shown(cached)}` };
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
  return { path, detail: `py-spy ${version} as given: ${shown(path)}` };
}

/** With `~` for the home folder, as people write it. */
function shown(path: string): string {
  const way = relative(homedir(), path);
  return way.startsWith('..') || isAbsolute(way) ? path : `~/${way}`;
}

function foldersOfPath(env: NodeJS.ProcessEnv): string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
}

/** Where the backend's environment keeps its programs: beside the program that is started, or in the active one. */
function foldersOfPython({ command, workingDirectory, env }: LocateOptions): string[] {
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

function isCurrent(version: string): boolean {
  return version.localeCompare(oldestPySpyVersion, 'en', { numeric: true }) >= 0;
}
