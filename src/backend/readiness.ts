import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { freshClient } from '../http-client.ts';

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
  await somethingAnswers(options);
  // wait-on is content with a response head. Only a complete answer shows that the loop turns.
  while (!(await answersCompletely(options)))
    await sleep(askIntervalMs, undefined, { signal: options.signal });
}

/**
 * wait-on with its defaults would ask with HEAD, which FastAPI refuses, through a proxy, and pile up requests that keep
 * this process alive: https://github.com/jeffbski/wait-on#readme. It knows no abort signal, so it is raced; its own
 * timeout only makes sure that it does not linger.
 */
async function somethingAnswers({ url, askTimeoutMs, signal, onError }: ReadinessOptions): Promise<void> {
  const { default: waitOn } = await import('wait-on');
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (true) {
      signal.throwIfAborted();
      const answered = waitOn({
        resources: [url.replace(/^http(s?):/, 'http$1-get:')],
        proxy: false,
        simultaneous: 1,
        interval: askIntervalMs,
        httpTimeout: askTimeoutMs,
        timeout: askTimeoutMs,
        followRedirect: false,
        strictSSL: false,
        validateStatus: () => true,
      }).then(
        () => true,
        (error: unknown) => {
          onError(messageOf(error));
          return false;
        },
      );
      if (await Promise.race([answered, aborted.promise])) return;
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
    const response = await client.request({
      method: 'GET',
      path: pathname + search,
      signal: AbortSignal.any([signal, timeout]),
    });
    await response.body.dump({ limit: Number.MAX_SAFE_INTEGER });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    onError(messageOf(error));
    return false;
  } finally {
    client.destroy().catch(() => {});
  }
}
