import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export const runProgram = promisify(execFile);

const startTimeoutMs = 30_000;

export interface RunningProgram extends AsyncDisposable {
  readonly child: ChildProcess;
}

/** Starts a server and waits until it accepts; disposing of it waits for its end. */
export async function startServer(
  words: readonly [string, ...string[]],
  port: number,
  options: { readonly cwd: string; readonly uid?: number | undefined; readonly gid?: number | undefined },
): Promise<RunningProgram> {
  const [file, ...args] = words;
  // A group of its own: the Ctrl-C of a terminal would end it before the case that uses it.
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-2_000);
  });
  const exited = once(child, 'exit');
  exited.catch(() => {});
  const stop = async () => {
    // SIGINT is the quick and orderly end of both PostgreSQL and Valkey.
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
    await exited.catch(() => {});
    clearTimeout(timer);
  };
  const deadline = performance.now() + startTimeoutMs;
  while (!(await accepts(port))) {
    if (child.pid === undefined || child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`${file} did not start: ${output.trim()}`);
    }
    await sleep(50);
  }
  return { child, [Symbol.asyncDispose]: stop };
}

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port });
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** The folder of an installed Python package. */
export async function packageFolder(python: string, name: string): Promise<string> {
  const code = `import importlib.util; print(importlib.util.find_spec(${JSON.stringify(name)}).submodule_search_locations[0])`;
  const { stdout } = await runProgram(python, ['-I', '-c', code]);
  return stdout.trim();
}
