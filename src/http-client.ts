import { buildConnector, Client } from 'undici';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * A client with one connection of its own that is never reused and never goes through a proxy, not even one that Node
 * itself was told to use. Time limits are the caller's.
 */
export function freshClient(origin: string, onSocket?: (socket: import('node:net').Socket) => void): Client {
  // A backend under test on this machine may well serve TLS with a certificate of its own.
  const connectPlainly = buildConnector({ rejectUnauthorized: !isLoopback(origin) });
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

/** Asks whoever stands in front of the backend for its own answer, as browsers do when they open a stream. */
export const uncached = { 'cache-control': 'no-cache' } as const;

/** True when the headers of an answer say that a cache has given it all the same. */
export function isFromCache(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  const hit = ['x-cache', 'x-cache-status', 'cf-cache-status'].some((name) =>
    /\bhit\b/i.test(String(headers[name])),
  );
  return hit || Number(headers['age'] ?? 0) > 0;
}

/** True for a URL that leads to this machine. */
export function isLoopback(url: string): boolean {
  return loopback.test(new URL(url).hostname);
}
