import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Keeps one processor busy, and ends with whoever started it, however that ends. */
const busy = 'const parent = process.ppid; while (process.ppid === parent) for (let i = 0; i < 1e7; i += 1);';

/** So many processes that compute all the time, at normal priority; disposing of them ends them. */
export function startLoad(count: number): AsyncDisposable {
  const children: ChildProcess[] = Array.from({ length: count }, () =>
    spawn(process.execPath, ['--eval', busy], { stdio: 'ignore', detached: true }),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      const exits = children.map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(exits);
    },
  };
}
