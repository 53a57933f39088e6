import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getExecOutput } from '@actions/exec';
import { execa } from 'execa';
import { messageOf } from '../errors.ts';
import { installEnvironment } from '../own-process/tool-environment.ts';
import { killMarked, markVariable } from '../processes/terminate.ts';
import { pySpyRequirement, pySpyVersion } from './py-spy-requirement.ts';

const pythonNames = ['python3', 'python'] as const;
/** A package index that does not answer must not hold the run up for ever. */
const installTimeoutMs = 120_000;
const killIntervalMs = 200;

/** Where the installed py-spy stays for later runs: the runner's tool cache, or the user's cache. */
export function pySpyCacheFolder(env: NodeJS.ProcessEnv): string {
  const root =
    env['RUNNER_TOOL_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'hang-gate');
  return join(root, 'py-spy', pySpyVersion, process.arch);
}

/**
 * Installs py-spy with pip, pinned by hash, into `folder`. It arrives there whole or not at all.
 * @param workshop Where it is put together: a folder beside it, which is not there yet.
 * @param interrupt Ends pip.
 * @throws when no Python with pip is there, or pip fails; the message says which.
 */
export async function installPySpy(folder: string, workshop: string, interrupt: AbortSignal): Promise<void> {
  const temporary = join(workshop, 'tmp');
  await mkdir(temporary, { recursive: true });
  const mark = { name: markVariable, value: randomUUID() };
  const kill = () => killMarked(`${mark.name}=${mark.value}`);
  // When the gate's own process ends at once, nothing asynchronous runs any more.
  const cleanUpNow = () => {
    kill();
    rmSync(workshop, { recursive: true, force: true });
  };
  const ended = AbortSignal.any([interrupt, AbortSignal.timeout(installTimeoutMs)]);
  // Again and again: a pip that is only being looked for begins after the first time.
  let killing: NodeJS.Timeout | undefined;
  const endPip = () => {
    kill();
    killing = setInterval(kill, killIntervalMs);
  };
  ended.addEventListener('abort', endPip);
  process.once('exit', cleanUpNow);
  try {
    const requirement = join(workshop, 'requirements.txt');
    const target = join(workshop, 'py-spy');
    await writeFile(requirement, pySpyRequirement());
    const env = {
      ...installEnvironment(process.env),
      // A pip that is killed leaves its own temporary files.
      TMPDIR: temporary,
      [mark.name]: mark.value,
    };
    await pipInstall({ requirement, target, env, ended });
    await moveTo(folder, target);
  } finally {
    ended.removeEventListener('abort', endPip);
    clearInterval(killing);
    process.off('exit', cleanUpNow);
    await rm(workshop, { recursive: true, force: true });
  }
}

/** The Python on PATH whose pip would install py-spy; `undefined` when there is none. */
export async function pythonWithPip(): Promise<string | undefined> {
  const env = { ...installEnvironment(process.env), PYTHONDONTWRITEBYTECODE: '1' };
  for (const python of pythonNames) {
    const options = { extendEnv: false, env, timeout: 10_000, reject: false, stdin: 'ignore' } as const;
    const { exitCode } = await execa(python, ['-m', 'pip', '--version'], options);
    if (exitCode === 0) return python;
  }
  return undefined;
}

async function moveTo(folder: string, target: string): Promise<void> {
  try {
    await rename(target, folder);
  } catch (error) {
    // Another run was faster; what it left is the same.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

interface PipOptions {
  readonly requirement: string;
  readonly target: string;
  readonly env: Record<string, string>;
  /** There is no time for another pip. */
  readonly ended: AbortSignal;
}

async function pipInstall({ requirement, target, env, ended }: PipOptions): Promise<void> {
  const args = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--quiet', '--no-deps'];
  args.push('--only-binary=:all:', '--require-hashes', '--target', target, '--requirement', requirement);
  const failures: string[] = [];
  for (const python of pythonNames) {
    if (ended.aborted) {
      failures.push(messageOf(ended.reason));
      break;
    }
    try {
      const { exitCode, stderr } = await getExecOutput(python, args, {
        silent: true,
        ignoreReturnCode: true,
        env,
      });
      if (exitCode === 0) return;
      failures.push(`${python}: ${stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`}`);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  throw new Error(`pip could not install it: ${failures.join('; ')}`);
}
