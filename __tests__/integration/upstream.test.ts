import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import type { Recorder } from '../../src/evidence/recorder.ts';
import { nextHopFrom } from '../../src/upstream/next-hop.ts';
import { UpstreamProxy } from '../../src/upstream/proxy.ts';
import { recorderOf } from './support/parts.ts';
import { atEnd, httpServer, listening, netServer, unusedPort } from './support/servers.ts';
import { sleep, staysOpen, until } from './support/waiting.ts';

/** Long enough for anything that is not held back. */
const quietMs = 300;

interface Started {
  readonly proxy: UpstreamProxy;
  readonly port: number;
  readonly recorder: Recorder;
}

async function startProxy(mode: 'live' | 'stall' = 'stall', env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const recorder = recorderOf();
  const proxy = await UpstreamProxy.start(mode, nextHopFrom(env), recorder);
  atEnd(() => proxy[Symbol.asyncDispose]());
  return { proxy, port: Number(new URL(proxy.url).port), recorder };
}

interface Ask {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
}

/** Asks the proxy, as `requests` does for a plain http:// URL. */
function ask({ port }: Started, { url, body, agent, ...options }: Ask): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ host: '127.0.0.1', port, path: url, agent: agent ?? false, ...options }, resolve)
    .on('error', reject)
    .end(body);
  promise.catch(() => {});
  return promise;
}

interface Tunnel {
  readonly socket: Socket;
  readonly received: () => string;
  readonly closed: () => boolean;
}

/** Sends a CONNECT and whatever else, and collects what comes back. */
async function openTunnel({ port }: Started, authority: string, more = ''): Promise<Tunnel> {
  const socket = connect({ host: '127.0.0.1', port });
  let received = '';
  let closed = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
  });
  atEnd(async () => socket.destroy());
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n\r\n${more}`);
  return { socket, received: () => received, closed: () => closed };
}

/** Answers with what it was asked. */
const mirror = () =>
  httpServer(async (incoming, response) => {
    const body = await text(incoming);
    response
      .writeHead(201, { 'x-origin': 'mirror', 'content-type': 'application/json' })
      .end(JSON.stringify({ method: incoming.method, url: incoming.url, headers: incoming.headers, body }));
  });

const echo = () => netServer((socket) => socket.pipe(socket));

/** Sends a piece of its answer every 20 ms, for ever. */
const dripping = () =>
  httpServer((_incoming, response) => {
    const timer = setInterval(() => response.write('drip '), 20);
    response.on('close', () => clearInterval(timer));
  });

describe('passing on', () => {
  test('a GET, with its answer', async () => {
    const origin = await mirror();
    const started = await startProxy();
    const answer = await ask(started, {
      url: `http://127.0.0.1:${origin.port}/feed.xml?a=1`,
      headers: { 'x-own': 'kept', 'proxy-authorization': 'Basic secret', 'proxy-connection': 'keep-alive' },
    });
    const seen = JSON.parse(await text(answer));

    expect(answer).toMatchObject({ statusCode: 201, headers: { 'x-origin': 'mirror' } });
    expect(seen).toMatchObject({
      method: 'GET',
      url: '/feed.xml?a=1',
      headers: { host: `127.0.0.1:${origin.port}`, 'x-own': 'kept' },
    });
    expect(seen.headers).not.toHaveProperty('proxy-authorization');
    expect(seen.headers).not.toHaveProperty('proxy-connection');
    expect(started.recorder.evidence.upstream).toEqual({ requests: 1, stalled: 0, stalledSinceMs: null });
  });

  test.each(['content-length', 'transfer-encoding'])('a POST with %s', async (header) => {
    const origin = await mirror();
    const started = await startProxy();
    const body = 'x'.repeat(1_000_000);
    const value = header === 'content-length' ? String(body.length) : 'chunked';
    const answer = await ask(started, {
      url: `http://127.0.0.1:${origin.port}/items`,
      method: 'POST',
      headers: { [header]: value },
      body,
    });

    expect(JSON.parse(await text(answer))).toMatchObject({ method: 'POST', url: '/items', body });
  });

  test('a host that cannot be reached, as 502', async () => {
    const started = await startProxy();
    const answer = await ask(started, { url: `http://127.0.0.1:${await unusedPort()}/` });

    expect(answer.statusCode).toBe(502);
    expect(await text(answer)).toMatch(/^hang-gate: .*cannot be reached/);
  });

  test('nothing that is no proxy request', async () => {
    const answer = await ask(await startProxy(), { url: '/feed.xml' });

    expect(answer.statusCode).toBe(400);
  });

  test('a tunnel, both ways, with what came right behind the CONNECT', async () => {
    const origin = await echo();
    const tunnel = await openTunnel(await startProxy(), `127.0.0.1:${origin.port}`, 'first ');
    await until(() => tunnel.received().endsWith('first '));
    tunnel.socket.write('second ');
    await until(() => tunnel.received().endsWith('first second '));

    expect(tunnel.received()).toBe('HTTP/1.1 200 Connection Established\r\n\r\nfirst second ');
    tunnel.socket.end();
    await until(tunnel.closed);
  });

  test('a tunnel to a host that cannot be reached, as 502', async () => {
    const tunnel = await openTunnel(await startProxy(), `127.0.0.1:${await unusedPort()}`);
    await until(tunnel.closed);

    expect(tunnel.received()).toMatch(/^HTTP\/1\.1 502 /);
  });

  test.each([':', 'host:99999', '%'])('a CONNECT to %j does not end the proxy', async (authority) => {
    const origin = await mirror();
    const started = await startProxy();
    const tunnel = await openTunnel(started, authority);
    await until(tunnel.closed, 'an answer or an end');

    expect(tunnel.received()).not.toContain('200');
    expect((await ask(started, { url: `http://127.0.0.1:${origin.port}/` })).statusCode).toBe(201);
  });

  test.each([
    'HTTP/1.1 42 What\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 050 What\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    'HTTP/1.1 200 OK\r\nx-own: \x01\r\n\r\n',
    'no HTTP at all',
  ])('an answer like %j does not end the proxy', async (words) => {
    const strange = await netServer((socket) => socket.end(words, 'latin1'));
    const origin = await mirror();
    const started = await startProxy();
    const answer = ask(started, { url: `http://127.0.0.1:${strange.port}/` });

    expect(await staysOpen(answer, 1_000)).toBe(false);
    expect((await ask(started, { url: `http://127.0.0.1:${origin.port}/` })).statusCode).toBe(201);
  });

  test('an answer that its origin cuts, cut', async () => {
    const origin = await netServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
      setTimeout(() => socket.destroy(), 50);
    });
    const answer = await ask(await startProxy(), { url: `http://127.0.0.1:${origin.port}/` });
    const body = text(answer);

    expect(await staysOpen(body, 1_000)).toBe(false);
    await expect(body).rejects.toThrow(/aborted/);
  });

  test('a client that leaves in the middle does not end the proxy', async () => {
    const origin = await dripping();
    const started = await startProxy();
    const answer = await ask(started, { url: `http://127.0.0.1:${origin.port}/` });
    answer.on('error', () => {}).destroy();
    const tunnel = await openTunnel(started, `127.0.0.1:${origin.port}`, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(() => tunnel.received().includes('drip'));
    tunnel.socket.resetAndDestroy();
    await sleep(100);

    expect((await ask(started, { url: `http://127.0.0.1:${origin.port}/` })).statusCode).toBe(200);
  });

  test('`live` passes on after the first stream as well', async () => {
    const origin = await mirror();
    const started = await startProxy('live');
    started.proxy.beginStreaming();
    const answer = await ask(started, { url: `http://127.0.0.1:${origin.port}/` });

    expect(answer.statusCode).toBe(201);
    expect(started.recorder.evidence.upstream).toEqual({ requests: 1, stalled: 0, stalledSinceMs: null });
  });
});

describe('through a parent proxy', () => {
  async function parent(connectAnswer = 'HTTP/1.1 200 OK\r\n\r\n') {
    const asked: { what: string; authorization: string | undefined }[] = [];
    const server = createServer((incoming, response) => {
      asked.push({
        what: `${incoming.method} ${incoming.url}`,
        authorization: incoming.headers['proxy-authorization'],
      });
      response.end('from the parent');
    });
    server.on('connect', (incoming, socket, head) => {
      asked.push({ what: `CONNECT ${incoming.url}`, authorization: incoming.headers['proxy-authorization'] });
      socket.on('error', () => {});
      socket.write(connectAnswer);
      socket.write(head);
      socket.pipe(socket);
    });
    return { port: (await listening(server)).port, asked };
  }
  const authorization = `Basic ${Buffer.from('user:pass word').toString('base64')}`;

  test('nobody can have its password sent back', async () => {
    const { port, asked } = await parent();
    const started = await startProxy('live', { http_proxy: `http://me:secret@127.0.0.1:${port}` });
    const headers = { 'max-forwards': '0' };
    const answer = await ask(started, { url: 'http://news.example.org/', method: 'TRACE', headers });
    expect(answer.statusCode).toBe(405);
    expect(asked).toEqual([]);
  });

  test('a plain request', async () => {
    const { port, asked } = await parent();
    const started = await startProxy('stall', { http_proxy: `http://user:pass%20word@127.0.0.1:${port}` });
    const answer = await ask(started, { url: 'http://feeds.example.com/world.xml' });

    expect(await text(answer)).toBe('from the parent');
    expect(asked).toEqual([{ what: 'GET http://feeds.example.com/world.xml', authorization }]);
  });

  test('a tunnel', async () => {
    const { port, asked } = await parent();
    const started = await startProxy('stall', { HTTPS_PROXY: `user:pass%20word@127.0.0.1:${port}` });
    const tunnel = await openTunnel(started, 'news.example.org:443', 'hello');
    await until(() => tunnel.received().endsWith('hello'));

    expect(tunnel.received()).toBe('HTTP/1.1 200 OK\r\n\r\nhello');
    expect(asked).toEqual([{ what: 'CONNECT news.example.org:443', authorization }]);
  });

  test('whose password is no URL any more', async () => {
    const { port, asked } = await parent();
    const started = await startProxy('stall', { http_proxy: `http://user:pa%ss@127.0.0.1:${port}` });
    await text(await ask(started, { url: 'http://feeds.example.com/' }));

    expect(asked).toMatchObject([{ authorization: `Basic ${btoa('user:pa%ss')}` }]);
  });

  test('a tunnel that the parent refuses', async () => {
    const { port } = await parent('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const started = await startProxy('stall', { https_proxy: `http://127.0.0.1:${port}` });
    const tunnel = await openTunnel(started, 'news.example.org:443');
    await until(() => tunnel.received() !== '');

    expect(tunnel.received()).toMatch(/^HTTP\/1\.1 407 /);
  });

  test('but not a host that is exempt', async () => {
    const { port, asked } = await parent();
    const origin = await mirror();
    const started = await startProxy('stall', {
      http_proxy: `http://127.0.0.1:${port}`,
      no_proxy: 'example.com, 127.0.0.1',
    });
    const answer = await ask(started, { url: `http://127.0.0.1:${origin.port}/` });

    expect(answer.headers['x-origin']).toBe('mirror');
    expect(asked).toEqual([]);
  });
});

describe('stalling', () => {
  test('a new request is taken and never answered', async () => {
    const origin = await mirror();
    const started = await startProxy();
    started.proxy.beginStreaming();
    const url = `http://127.0.0.1:${origin.port}/`;

    expect(await staysOpen(ask(started, { url }), quietMs)).toBe(true);
    expect(await staysOpen(ask(started, { url, method: 'POST', body: 'x'.repeat(5_000_000) }), quietMs)).toBe(
      true,
    );
    expect(started.recorder.evidence.upstream).toMatchObject({ requests: 2, stalled: 2 });
    expect(started.recorder.evidence.upstream.stalledSinceMs).toEqual(expect.any(Number));
  });

  test('a new CONNECT is taken and never answered', async () => {
    const origin = await echo();
    const started = await startProxy();
    started.proxy.beginStreaming();
    const tunnel = await openTunnel(started, `127.0.0.1:${origin.port}`, 'hello');
    await sleep(quietMs);

    expect([tunnel.received(), tunnel.closed()]).toEqual(['', false]);
    expect(started.recorder.evidence.upstream).toMatchObject({ requests: 1, stalled: 1 });
  });

  test('an open tunnel freezes, in both directions', async () => {
    const arrived: string[] = [];
    const origin = await netServer((socket) => {
      const timer = setInterval(() => socket.write('drip '), 20);
      socket.on('data', (chunk) => arrived.push(String(chunk))).on('close', () => clearInterval(timer));
    });
    const started = await startProxy();
    const tunnel = await openTunnel(started, `127.0.0.1:${origin.port}`);
    await until(() => tunnel.received().includes('drip drip'));
    started.proxy.beginStreaming();
    await sleep(50);
    const before = tunnel.received();
    tunnel.socket.write('anybody there?');
    await sleep(quietMs);

    expect([tunnel.received(), tunnel.closed(), arrived]).toEqual([before, false, []]);
  });

  test('an answer that is under way freezes', async () => {
    const origin = await dripping();
    const started = await startProxy();
    const answer = await ask(started, { url: `http://127.0.0.1:${origin.port}/` });
    let received = '';
    let over = false;
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      received += chunk;
    });
    answer
      .on('close', () => {
        over = true;
      })
      .on('error', () => {});
    await until(() => received.includes('drip drip'));
    started.proxy.beginStreaming();
    await sleep(50);
    const before = received;
    await sleep(quietMs);

    expect([received, over]).toEqual([before, false]);
  });

  test('a request whose answer has not come yet freezes', async () => {
    const asked: (() => void)[] = [];
    const origin = await httpServer((_incoming, response) => void asked.push(() => response.end('late')));
    const started = await startProxy();
    const answer = ask(started, { url: `http://127.0.0.1:${origin.port}/` });
    await until(() => asked.length === 1);
    started.proxy.beginStreaming();
    asked[0]?.();

    expect(await staysOpen(answer, quietMs)).toBe(true);
  });

  test('a connection that is kept alive freezes', async () => {
    const origin = await mirror();
    const started = await startProxy();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    atEnd(async () => agent.destroy());
    const url = `http://127.0.0.1:${origin.port}/`;
    await text(await ask(started, { url, agent }));
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    started.proxy.beginStreaming();

    expect(await staysOpen(ask(started, { url, agent }), quietMs)).toBe(true);
    expect(Object.values(agent.sockets).flat()[0]?.destroyed).toBe(false);
  });

  test('an origin that hangs up does not end what hangs', async () => {
    const sockets: Socket[] = [];
    const origin = await netServer((socket) => void sockets.push(socket));
    const started = await startProxy();
    const tunnel = await openTunnel(started, `127.0.0.1:${origin.port}`);
    await until(() => tunnel.received() !== '' && sockets.length === 1);
    started.proxy.beginStreaming();
    sockets[0]?.end('bye');
    await sleep(quietMs);

    expect(tunnel.received()).not.toContain('bye');
    expect(tunnel.closed()).toBe(false);
  });

  test('ends at once when the run does', async () => {
    const started = await startProxy();
    started.proxy.beginStreaming();
    const tunnel = await openTunnel(started, 'news.example.org:443');
    const answer = ask(started, { url: 'http://news.example.org/' });
    await until(() => started.recorder.evidence.upstream.stalled === 2);
    const began = performance.now();
    await started.proxy[Symbol.asyncDispose]();
    await until(tunnel.closed);

    await expect(answer).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
