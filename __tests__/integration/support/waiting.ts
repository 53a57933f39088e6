import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when `condition` holds; fails after a time that is long on any machine. */
export async function until(condition: () => boolean, what = 'the condition'): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come about`);
    await sleep(10);
  }
}

/** True when `promise` is still open after `ms`. */
export async function staysOpen(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const open = Symbol('open');
  const settled = promise.catch(() => {});
  return (await Promise.race([settled, sleep(ms, open)])) === open;
}

export { sleep };
