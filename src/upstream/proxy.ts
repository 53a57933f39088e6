import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import { decoded } from '../redaction/secret-variables.ts';
import type { UpstreamModeName } from '../settings/schema.ts';
import { upstreamModes } from './modes/index.ts';
import type { NextHop } from './next-hop.ts';

/**
 * The forward proxy that the backend is told to use. It passes requests and tunnels on until its mode lets them hang:
 * then it accepts everything, answers nothing, and freezes what is already open.
 */
export class UpstreamProxy implements AsyncDisposable {
  readonly #server = createServer();
  readonly #sockets = new Set<Duplex>();
  readonly #mode: (typeof upstreamModes)[UpstreamModeName];
  readonly #nextHop: NextHop;
  readonly #recorder: Recorder;
  #hanging: boolean;

  private constructor(modeName: UpstreamModeName, nextHop: NextHop, recorder: Recorder) {
    this.#mode = upstreamModes[modeName];
    this.#nextHop = nextHop;
    this.#recorder = recorder;
    this.#hanging = this.#mode.booting === 'hang';
    this.#server.on('connection', (socket: Socket) => this.#adopt(socket));
    this.#server.on('request', (incoming, response) => this.#onRequest(incoming, response));
    this.#server.on('connect', (incoming, socket, head) => this.#onConnect(incoming, socket, head));
    // A request that hangs on purpose must not be ended by Node's own limits.
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 0;
  }

  static async start(mode: UpstreamModeName, nextHop: NextHop, recorder: Recorder): Promise<UpstreamProxy> {
    const proxy = new UpstreamProxy(mode, nextHop, recorder);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', reject);
    proxy.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    proxy.#server.off('error', reject);
    // Without it the backend's requests fail instead of hanging, and nothing is tested.
    proxy.#server.on('error', (error) => {
      const message = `The proxy for the backend's own requests failed: ${messageOf(error)}.`;
      recorder.evidence.gateErrors.push({ code: 'internal', message });
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The first stream is about to be opened. */
  beginStreaming(): void {
    if (this.#hanging || this.#mode.streaming === 'forward') return;
    this.#hanging = true;
    this.#recorder.evidence.upstream.stalledSinceMs ??= this.#recorder.clock.nowMs();
    for (const socket of this.#sockets) freeze(socket);
  }

  /** Ends what hangs, as a peer does that comes back: from here on everything is passed on again. */
  letGo(): void {
    if (!this.#hanging) return;
    this.#hanging = false;
    const { evidence, clock } = this.#recorder;
    evidence.upstream.releasedMs ??= clock.nowMs();
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    for (const socket of this.#sockets) socket.destroy();
    await closed.promise;
  }

  #onRequest(incoming: IncomingMessage, response: ServerResponse): void {
    if (this.#counted()) return;
    const target = URL.parse(incoming.url ?? '');
    if (target?.protocol !== 'http:') {
      response.writeHead(400).end('hang-gate: this is a forward proxy; ask it for an absolute http:// URL\n');
      return;
    }
    // It has the request sent back as it was received: with the password of a proxy that was set before.
    if (incoming.method === 'TRACE') {
      response.writeHead(405).end();
      return;
    }
    const parent = this.#nextHop('http', target.hostname, Number(target.port || 80));
    const outgoing = request({
      host: (parent ?? target).hostname,
      port: (parent ?? target).port || 80,
      method: incoming.method,
      path: parent ? target.href : target.pathname + target.search,
      headers: { ...withoutHopByHop(incoming.headers), host: target.host, ...authorization(parent) },
      agent: false,
    });
    outgoing.on('socket', (socket) => this.#adopt(socket));
    outgoing.on('response', (answer) => {
      if (this.#hanging) return;
      if (!isStatus(answer.statusCode)) {
        answer.destroy();
        fail(`it answered with the status ${answer.statusCode}`);
        return;
      }
      response.writeHead(answer.statusCode, withoutHopByHop(answer.headers));
      answer.pipe(response);
      // An answer that its host cut short is cut short here too; left open it would hang the backend.
      answer.once('close', () => {
        if (!answer.complete && !this.#hanging) response.destroy();
      });
    });
    const fail = (why: string) => {
      if (this.#hanging) return;
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(`hang-gate: ${target.host} cannot be reached: ${why}\n`);
    };
    outgoing.on('error', (error) => fail(messageOf(error)));
    outgoing.on('upgrade', (_answer, socket) => {
      socket.destroy();
      fail('it wants to switch protocols, which a forwarded request cannot');
    });
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  #onConnect(incoming: IncomingMessage, client: Duplex, head: Buffer): void {
    if (this.#counted()) return;
    client.on('error', () => {});
    const authority = URL.parse(`http://${incoming.url ?? ''}`);
    if (!authority) {
      client.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return;
    }
    const target = { host: authority.hostname.replace(/^\[|\]$/g, ''), port: Number(authority.port || 443) };
    const parent = this.#nextHop('https', target.host, target.port);
    const remote = connect(parent ? { host: parent.hostname, port: Number(parent.port || 80) } : target);
    this.#adopt(remote);
    remote.on('error', () => {
      if (!this.#hanging) client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    client.on('close', () => remote.destroy());
    remote.on('close', () => client.destroy());
    remote.once('connect', () => {
      if (this.#hanging) return;
      // A parent proxy answers the CONNECT itself; its words are passed on unread.
      if (parent) remote.write(connectRequest(incoming.url ?? '', parent));
      else client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      remote.write(head);
      remote.pipe(client);
      client.pipe(remote);
    });
  }

  /** Counts a request; true when it is to hang. */
  #counted(): boolean {
    const { upstream } = this.#recorder.evidence;
    upstream.requests += 1;
    if (this.#hanging) upstream.stalled += 1;
    return this.#hanging;
  }

  #adopt(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Nothing passes any more, in neither direction, and the other side sees an open connection. */
function freeze(socket: Duplex): void {
  socket.unpipe();
  socket.pause();
}

function connectRequest(authority: string, parent: URL): string {
  const headers = Object.entries(authorization(parent)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${headers.join('')}\r\n`;
}

function authorization(parent: URL | undefined): Record<string, string> {
  if (!parent?.username) return {};
  const credentials = `${decoded(parent.username)}:${decoded(parent.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** One that can be passed on: Node reads any number from a peer, and throws when it is to write one of these. */
function isStatus(status: number | undefined): status is number {
  return status !== undefined && status >= 200 && status <= 999;
}

/** Headers that belong to one connection and are not passed on: RFC 9110, section 7.6.1. */
function withoutHopByHop(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const own = [
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authorization',
    'te',
    'trailer',
    'upgrade',
  ];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.includes(name)));
}
