import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { messageOf } from '../errors.ts';
import { pace } from './pace.ts';

/** undici's own for one that it opens itself. */
const connectTimeoutMs = 10_000;
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** What a request goes over. */
export interface Connection {
  /** Where it is written to: under TLS a socket of its own. */
  readonly socket: Socket;
  /** The TCP connection, which alone can be reset. */
  readonly tcp: Socket;
}

/**
 * A client with one connection of its own that is never reused and never goes through a proxy, not even one that Node
 * itself was told to use. Time limits are the caller's.
 */
export function freshClient(origin: string, onConnection?: (connection: Connection) => void): Client {
  // A backend under test on this machine may well serve TLS with a certificate of its own.
  const connectPlainly = buildConnector({ rejectUnauthorized: !isLoopback(origin) });
  return new Client(origin, {
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, callback) => {
      const open = (tcp?: Socket) =>
        connectPlainly({ ...options, ...(tcp && { httpSocket: tcp }) }, (...[error, socket]) => {
          if (error) return callback(error, null);
          onConnection?.({ socket, tcp: tcp ?? (socket as Socket) });
          callback(null, socket);
        });
      if (options.protocol === 'https:') connectTcp(options, open, (error) => callback(error, null));
      else open();
    },
  });
}

/** What TLS goes over. It is connected first: TLS holds on to the handle, which changes where a host has several addresses. */
function connectTcp(
  { hostname, port }: { readonly hostname: string; readonly port: string },
  onConnect: (tcp: Socket) => void,
  onError: (error: Error) => void,
): void {
  const tcp = connect({ host: hostname, port: Number(port || 443), timeout: connectTimeoutMs });
  tcp.once('error', onError).once('timeout', () => tcp.destroy(new Error('no connection')));
  tcp.once('connect', () => {
    tcp.setTimeout(0);
    // From here on TLS tells of every error.
    tcp.off('error', onError).on('error', () => {});
    onConnect(tcp);
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

/** True for a URL that leads to this machine and to no other. */
export function isLoopback(url: string): boolean {
  return loopback.test(new URL(url).hostname);
}

/** True for a URL whose host is, by one of its addresses, this machine. */
export async function isThisMachine(url: string): Promise<boolean> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isLoopback(url) || /(^|\.)localhost$/.test(host)) return true;
  const own = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return addresses.some(
    ({ address }) => /^127\./.test(address) || ['0.0.0.0', '::', ...own].includes(address),
  );
}

export interface Answer {
  readonly status: number;
  /** A cache has given it, and not the backend itself. */
  readonly isCached: boolean;
}

/** Far more than any server sends ahead of its answer. */
const mostInterim = 20;

/** To be told of every head of an answer: one that never comes to the answer itself is cut off. */
export function limitInterim(): (controller: Dispatcher.DispatchController, status: number) => void {
  let interim = 0;
  return (controller, status) => {
    if (status < 200) interim += 1;
    if (interim > mostInterim) controller.abort(new Error(`more than ${mostInterim} interim answers`));
  };
}

/**
 * Asks for a path and reads the answer to its end, whatever its size; nothing of it is kept or unpacked.
 * @param signal Ends the client.
 * @throws when it is not complete: undici's own readers take an answer that breaks off for one.
 */
export async function completeAnswer(client: Client, path: string, signal?: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let answer = { status: 0, isCached: false };
  const limit = limitInterim();
  const abort = () => void client.destroy(new Error(messageOf(signal?.reason))).catch(() => {});
  signal?.addEventListener('abort', abort, { once: true });
  client.dispatch(
    { method: 'GET', path, headers: uncached },
    {
      onRequestStart: () => {},
      onResponseStart: (controller, status, headers) => {
        limit(controller, status);
        answer = { status, isCached: isFromCache(headers) };
      },
      onResponseData: (controller, chunk) => pace(controller, chunk.length),
      onResponseEnd: () => resolve(answer),
      onResponseError: (_controller, error) => reject(error),
    },
  );
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
