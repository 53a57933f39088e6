import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { killNow, markVariable, type ProcessFamily, terminate } from '../processes/terminate.ts';
import type { ProgramPlace } from './programs.ts';

/** The pid is printed by Python itself: a launcher in front of it, such as a shim, may have another one. */
const code = 'import os, time; print(os.getpid(), flush=True); time.sleep(30)';
const startTimeoutMs = 10_000;

export interface SleepingPython extends AsyncDisposable {
  readonly pid: number;
}

/**
 * Starts a Python that only sleeps, in a process group of its own, as a backend is started. Disposing ends it.
 * @throws when it does not come up.
 */
export async function startSleepingPython(path: string, place: ProgramPlace): Promise<SleepingPython> {
  const runId = randomUUID();
  const child = spawn(path, ['-B', '-c', code], {
    cwd: place.workingDirectory,
    env: { ...place.env, [markVariable]: runId },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child, 'spawn');
  const family: ProcessFamily = {
    rootPid: child.pid as number,
    mark: `${markVariable}=${runId}`,
    seen: new Map(),
  };
  const kill = () => killNow(family);
  process.once('exit', kill);
  const end = async () => {
    kill();
    await terminate(family, false);
    process.off('exit', kill);
  };
  try {
    const printed = once(child.stdout, 'data', { signal: AbortSignal.timeout(startTimeoutMs) });
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${path} ended at once`)));
    const [pid] = await Promise.race([printed, ended]);
    return { pid: Number(pid), [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw new Error(`${path} did not start within ${startTimeoutMs / 1_000} s`, { cause: error });
  }
}
