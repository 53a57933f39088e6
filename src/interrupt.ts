/** On GitHub a cancelled step gets SIGINT, 7.5 s later SIGTERM, 2.5 s later it is killed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that ends the run in order, with a report of what was seen. A second one ends the process at once; the
 * backend is killed all the same, by the exit handler that started with it.
 */
export function interruptSignal(onInterrupt: (name: string) => void): AbortSignal {
  const controller = new AbortController();
  // Whoever writes a file that may not grow gets an error, which is enough; execa would end the whole process for it.
  process.on('SIGXFSZ', () => {});
  for (const name of signals) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      onInterrupt(name);
      controller.abort(name);
    });
  }
  return controller.signal;
}

export function interruptNotice(name: string): string {
  return `${name}: stopping the backend; once more ends at once`;
}
