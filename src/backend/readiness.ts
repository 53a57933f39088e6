import { messageOf } from '../errors.ts';
import { completeAnswer, freshClient } from '../http/client.ts';
import { pause } from '../timing/waiting.ts';

const askIntervalMs = 100;

export interface ReadinessOptions {
  readonly url: string;
  /** How long one question may take before it is asked again. */
  readonly askTimeoutMs: number;
  /** Ends the wait: boot timeout, the backend's death or an interruption. */
  readonly signal: AbortSignal;
  /** Told why the latest try failed, so that a timeout can say it. */
  readonly onError: (why: string) => void;
}

/** Resolves when the URL has given a complete HTTP answer, whatever its status. */
export async function waitUntilReady(options: ReadinessOptions): Promise<void> {
  await somethingListens(options);
  // The kernel accepts for a process that is stuck. Only a complete answer shows that the loop turns.
  while (!(await answersCompletely(options))) {
    await pause(askIntervalMs, options.signal);
    options.signal.throwIfAborted();
  }
}

/**
 * wait-on, for the port alone: asked for a URL, it keeps the whole answer in memory, unpacks it, and with its defaults asks
 * with HEAD, which FastAPI refuses: https://github.com/jeffbski/wait-on#readme. It knows no abort signal, so it is raced;
 * its own timeout only makes sure that it does not linger.
 */
async function somethingListens({ url, askTimeoutMs, signal, onError }: ReadinessOptions): Promise<void> {
  const { default: waitOn } = await import('wait-on');
  const { hostname, port, protocol } = new URL(url);
  const resource = `tcp:${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (true) {
      signal.throwIfAborted();
      const listens = waitOn({
        resources: [resource],
        simultaneous: 1,
        interval: askIntervalMs,
        timeout: askTimeoutMs,
      }).then(
        () => true,
        (error: unknown) => {
          onError(messageOf(error));
          return false;
        },
      );
      if (await Promise.race([listens, aborted.promise])) return;
      // Whatever it failed of, other things have their turn before it is asked again.
      await pause(askIntervalMs, signal);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function answersCompletely({ url, askTimeoutMs, signal, onError }: ReadinessOptions): Promise<boolean> {
  const { origin, pathname, search } = new URL(url);
  const client = freshClient(origin);
  try {
    const timeout = AbortSignal.timeout(askTimeoutMs);
    await completeAnswer(client, pathname + search, AbortSignal.any([signal, timeout]));
    return true;
  } catch (error) {
    signal.throwIfAborted();
    onError(messageOf(error));
    return false;
  } finally {
    client.destroy().catch(() => {});
  }
}
