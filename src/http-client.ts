import { buildConnector, Client } from 'undici';
import { messageOf } from './errors.ts';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * A client with one connection of its own that is never reused and never goes through a proxy, not even one that Node
 * itself was told to use. Time limits are the caller's.
 */
export function freshClient(origin: string, onSocket?: (socket: import('node:net').Socket) => void): Client {
  // A backend under test on this machine may well serve TLS with a certificate of its own.
  const connectPlainly = buildConnector({ rejectUnauthorized: !loopback.test(new URL(origin).hostname) });
  return new Client(origin, {
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, callback) => {
      connectPlainly(options, (...[error, socket]) => {
        if (error) return callback(error, null);
        onSocket?.(socket);
        callback(null, socket);
      });
    },
  });
}

/**
 * Asks for a path and reads the answer to its end, whatever its size; nothing of it is kept or unpacked.
 * @param signal Ends the client.
 * @returns its status.
 * @throws when it is not complete: undici's own readers take an answer that breaks off for one.
 */
export async function completeAnswer(client: Client, path: string, signal?: AbortSignal): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let status = 0;
  const abort = () => void client.destroy(new Error(messageOf(signal?.reason))).catch(() => {});
  signal?.addEventListener('abort', abort, { once: true });
  client.dispatch(
    { method: 'GET', path },
    {
      onRequestStart: () => {},
      onResponseStart: (_controller, answered) => {
        status = answered;
      },
      onResponseData: () => {},
      onResponseEnd: () => resolve(status),
      onResponseError: (_controller, error) => reject(error),
    },
  );
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
