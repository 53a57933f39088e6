import { closeSync, openSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { execa } from 'execa';
import type { Command } from '../settings/schema.ts';
import { firstWord } from './first-word.ts';
import { findProgram, type ProgramPlace, programIn } from './programs.ts';

export interface Python {
  readonly path: string;
  /** Completes the sentence "this is the Python …". */
  readonly where: string;
  /** Such as `3.11.7`. */
  readonly version: string;
  /** `cpython`, `pypy` and so on. */
  readonly implementation: string;
  /** Built without the GIL. */
  readonly freeThreaded: boolean;
}

export interface FindPythonOptions extends ProgramPlace {
  readonly command: Command;
}

/** Thrown where there is none. */
export class NoPython extends Error {
  override readonly name = 'NoPython';
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

/** The gate and its tests know this one and newer ones. */
export const oldestKnownPython = '3.10';

const installPython = `Install Python ${oldestKnownPython} or newer (in a workflow, with actions/setup-python before this step), or begin the command with the path of one.`;
const names = ['python3', 'python'] as const;
const isPython = /^(python|pypy)\d*(\.\d+)?t?$/;
const versionCode =
  'import sys; print("%d.%d.%d" % sys.version_info[:3], sys.implementation.name, "t" in sys.abiflags)';
const answerTimeoutMs = 10_000;

/**
 * The Python that the command would run: the one that it starts, or the one that its program belongs to, or the one on
 * PATH.
 * @throws {NoPython} when there is none, or it does not run.
 */
export async function findPython(options: FindPythonOptions): Promise<Python> {
  const { path, where } = locate(options);
  const { stdout, exitCode, shortMessage, stderr } = await execa(path, ['-B', '-c', versionCode], {
    cwd: options.workingDirectory,
    extendEnv: false,
    env: options.env,
    reject: false,
    timeout: answerTimeoutMs,
    killSignal: 'SIGKILL',
    stdin: 'ignore',
  });
  const answer = /^(\d+\.\d+\.\d+) (\w+) (True|False)$/m.exec(stdout);
  if (exitCode !== 0 || !answer) {
    const why = stderr.trim().split('\n').at(-1) || shortMessage;
    throw new NoPython(`${path} does not run as Python 3: ${why}`, installPython);
  }
  const [, version = '', implementation = '', freeThreaded] = answer;
  return { path, where, version, implementation, freeThreaded: freeThreaded === 'True' };
}

function locate({ command, ...place }: FindPythonOptions): Pick<Python, 'path' | 'where'> {
  const word = firstWord(command);
  const program = word === undefined ? undefined : findProgram(word, place);
  if (word !== undefined && program === undefined) {
    const missing = `the command's program ${word} is not there`;
    if (isPython.test(basename(word))) throw new NoPython(missing, installPython);
    // In a shell line it may be a word of the shell, such as `cd`.
    if (command.kind === 'argv')
      throw new NoPython(missing, 'Install it, or begin the command with its path.');
  }
  if (word !== undefined && program !== undefined) {
    if (isPython.test(basename(word))) return { path: program, where: 'that the command starts' };
    const owner = interpreterOf(program) ?? programIn(dirname(program), names);
    if (owner) return { path: owner, where: `that ${basename(word)} belongs to` };
  }
  for (const name of names) {
    const path = findProgram(name, place);
    if (path) return { path, where: 'on PATH' };
  }
  throw new NoPython('neither python3 nor python is on PATH', installPython);
}

/** Scripts such as `uvicorn` name their Python in the first line, also when they are linked to from elsewhere. */
function interpreterOf(script: string): string | undefined {
  const path = /^#!\s*(\/\S+)/.exec(beginningOf(script))?.[1];
  return path !== undefined && isPython.test(basename(path)) ? path : undefined;
}

/** Empty for a program that may be run and not read. */
function beginningOf(path: string): string {
  const start = Buffer.alloc(256);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return start.toString('latin1', 0, readSync(file, start));
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
