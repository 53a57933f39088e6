import { setTimeout as sleep } from 'node:timers/promises';

/** The runner's ladder: each signal, and how long it then waits. */
const steps: readonly (readonly [signal: NodeJS.Signals, waitMs: number])[] = [
  ['SIGINT', 7_500],
  ['SIGTERM', 2_500],
  ['SIGKILL', 0],
];

/** Cancels a step as the runner does: signals go to the Node process only. Answers those that were needed. */
export async function cancel(pid: number, exited: AbortSignal): Promise<NodeJS.Signals[]> {
  const sent: NodeJS.Signals[] = [];
  for (const [signal, waitMs] of steps) {
    if (exited.aborted) break;
    process.kill(pid, signal);
    sent.push(signal);
    await sleep(waitMs, undefined, { signal: exited }).catch(() => {});
  }
  return sent;
}
