import { endProcess } from './end-process.ts';

/** On GitHub a cancelled step gets SIGINT, 7.5 s later SIGTERM, 2.5 s later it is killed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Without a listener `SIGUSR1` opens Node's debugger to everybody on this machine, and the backend could do as the gate
 * does. `SIGXFSZ` comes with a write that fails, which is told anyway, and ends the process.
 */
const harmlessSignals = ['SIGUSR1', 'SIGXFSZ'] as const;

/**
 * A signal that ends the run in order, with a report of what was seen. A second one ends the process at once; the
 * backend is killed all the same, by the exit handler that started with it.
 */
export function interruptSignal(onInterrupt: (name: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const name of harmlessSignals) process.on(name, () => {});
  for (const name of signals) {
    process.on(name, () => {
      if (controller.signal.aborted) endProcess(130);
      onInterrupt(name);
      controller.abort(name);
    });
  }
  return controller.signal;
}

export function interruptNotice(name: string): string {
  return `${name}: stopping the backend; once more ends at once`;
}
