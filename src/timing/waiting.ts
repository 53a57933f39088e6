import { setTimeout as sleep } from 'node:timers/promises';

/** How often a time of one's own is looked at; longer steps than this are the machine's. */
const stepMs = 100;
/** A step that took this much longer was not the gate's to use, and counts as one. */
const toleranceMs = 250;

/** Resolves after `ms`, or at once when `signal` is aborted; tells which by the signal, never by throwing. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => {});
}

/**
 * Waits for `ms` of the gate's own time: while its process is stopped, or gets no processor, that time stands still, so
 * that nobody else is late because the gate was. Ends early when `signal` is aborted.
 */
export async function patiently(ms: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = ms; leftMs > 0 && !signal.aborted; ) {
    const step = Math.min(leftMs, stepMs);
    const began = performance.now();
    await pause(step, signal);
    const took = performance.now() - began;
    leftMs -= took > step + toleranceMs ? step : took;
  }
}

/** Resolves when `work` is settled or `signal` is aborted, whichever comes first. */
export async function either(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  // First of all: work that fails while nobody waits for it any more would end the process.
  const settled = work.catch(() => {});
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([settled, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * What `work` answers, or its error, unless `signal` is aborted before.
 * @throws the signal's reason when it is.
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  await either(work, signal);
  signal.throwIfAborted();
  return await work;
}

/** What `work` answers, or `undefined` when it takes longer than `ms`. */
export async function limited<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  // It may still fail when nobody waits for it any more.
  work.catch(() => {});
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
