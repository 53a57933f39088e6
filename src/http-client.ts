import { buildConnector, Client } from 'undici';

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
