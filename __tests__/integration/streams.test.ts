import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { abortModes } from '../../src/streams/abort-modes/index.ts';
import { openOneMore } from '../../src/streams/open-one-more.ts';
import { StreamClient } from '../../src/streams/stream-client.ts';
import { RunClock } from '../../src/timing/clock.ts';
import { planOf, recorderOf } from './support/parts.ts';
import { atEnd, httpsServer, netServer, unusedPort } from './support/servers.ts';
import { sleep, until } from './support/waiting.ts';

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n';

/** What a server sees of one client. */
interface Seen {
  readonly socket: Socket;
  request: string;
  /** `end` for a FIN, the code of an error, `close`; in their order. */
  readonly happened: string[];
}

/** @param respond Called when the request's head is complete. */
async function streamServer(respond: (socket: Socket) => void) {
  const clients: Seen[] = [];
  const { port } = await netServer((socket) => {
    const seen: Seen = { socket, request: '', happened: [] };
    clients.push(seen);
    socket.on('data', (chunk) => {
      seen.request += chunk;
      if (seen.request.includes('\r\n\r\n')) respond(socket);
    });
    socket.on('end', () => seen.happened.push('end'));
    socket.on('error', (error: NodeJS.ErrnoException) => seen.happened.push(error.code ?? error.message));
    socket.on('close', () => seen.happened.push('close'));
  });
  return { port, clients };
}

function open(
  port: number,
  mode: keyof typeof abortModes,
  settings: Record<string, unknown> = {},
): StreamClient {
  const plan = planOf({ url: `http://127.0.0.1:${port}`, ...settings });
  const client = new StreamClient(plan, 1, abortModes[mode], new RunClock());
  atEnd(async () => client.close());
  return client;
}

/** Sends an event every 10 ms for as long as it can. */
function dripping(socket: Socket): void {
  socket.write(`${head}data: 0\n\n`);
  const timer = setInterval(() => socket.writable && socket.write('data: tick\n\n'), 10);
  socket.once('close', () => clearInterval(timer));
}

describe('aborts', () => {
  test('reset: the server gets a reset and no orderly end', async () => {
    const { port, clients } = await streamServer(dripping);
    const client = open(port, 'reset');
    await client.opened;
    await sleep(50);
    client.abort();
    await until(() => clients[0]?.happened.includes('close') ?? false);

    expect(['ECONNRESET', 'EPIPE']).toContain(clients[0]?.happened[0]);
    expect(clients[0]?.happened).not.toContain('end');
    expect(client.record).toMatchObject({ status: 200, end: 'aborted', error: null });
  });

  test('reset: a server that only listens sees it too', async () => {
    const { port, clients } = await streamServer((socket) => socket.write(`${head}data: 0\n\n`));
    const client = open(port, 'reset');
    await client.opened;
    client.abort();
    await until(() => (clients[0]?.happened.length ?? 0) > 0);

    expect(clients[0]?.happened[0]).toBe('ECONNRESET');
  });

  test('close: the server gets an orderly end and no error', async () => {
    const { port, clients } = await streamServer((socket) => {
      socket.write(`${head}data: 0\n\n`);
      socket.on('end', () => socket.end('data: bye\n\n'));
    });
    const client = open(port, 'close');
    await client.opened;
    client.abort();
    await until(() => clients[0]?.happened.includes('close') ?? false);

    expect(clients[0]?.happened).toEqual(['end', 'close']);
    expect(client.record).toMatchObject({ end: 'aborted', events: 1, error: null });
  });

  test('close: a server that writes on for a while gets no error', async () => {
    const { port, clients } = await streamServer((socket) => {
      dripping(socket);
      socket.on('end', () => setTimeout(() => socket.end(), 200));
    });
    const client = open(port, 'close');
    await client.opened;
    client.abort();
    await until(() => clients[0]?.happened.includes('close') ?? false);

    expect(clients[0]?.happened).toEqual(['end', 'close']);
  });

  test('close: a server that never stops writing is left in the end', async () => {
    const { port, clients } = await streamServer(dripping);
    const client = open(port, 'close');
    await client.opened;
    client.abort();
    await until(() => clients[0]?.happened.includes('close') ?? false);

    expect(clients[0]?.happened[0]).toBe('end');
  });

  test('early: the server has the whole request, and a reset before it answered', async () => {
    let requests = 0;
    const { port, clients } = await streamServer(() => {
      requests += 1;
    });
    const client = open(port, 'early');
    await client.ended;
    await until(() => clients[0]?.happened.includes('close') ?? false);

    expect(requests).toBe(1);
    expect(clients[0]?.request).toMatch(/^GET \/news\/stream HTTP\/1\.1\r\n/);
    expect(clients[0]?.happened).toEqual(['ECONNRESET', 'close']);
    expect(client.record).toMatchObject({ status: null, firstByteMs: null, bytes: 0, end: 'aborted' });
  });

  test('before the connection stands, it is given up', async () => {
    const { port } = await streamServer(dripping);
    const client = open(port, 'reset');
    client.abort();
    await client.ended;
    await sleep(100);

    expect(client.record).toMatchObject({ status: null, events: 0, end: 'aborted' });
  });

  test('twice is once, and after the end is never', async () => {
    const { port } = await streamServer((socket) => socket.end(`${head}data: 0\n\n`));
    const client = open(port, 'reset');
    await client.ended;
    client.abort();
    client.close();

    expect(client.record).toMatchObject({ end: 'ended', events: 1 });
  });
});

describe('what a stream was', () => {
  test('its events, however they are cut', async () => {
    const text = `id: 1\r\ndata: größer\r\n\r\n: comment\n\nevent: x\ndata: a\ndata: b\n\ndata: unfinished`;
    const { port } = await streamServer((socket) => {
      socket.setNoDelay().write(head);
      const bytes = [...Buffer.from(text)];
      const timer = setInterval(() => {
        const byte = bytes.shift();
        if (byte !== undefined) return socket.write(Uint8Array.of(byte));
        clearInterval(timer);
        return socket.end();
      }, 1);
    });
    const client = open(port, 'reset');
    await client.ended;

    expect(client.record).toMatchObject({
      status: 200,
      contentType: 'text/event-stream',
      events: 2,
      bytes: Buffer.byteLength(text),
      end: 'ended',
    });
    expect(client.record.firstByteMs).toBeGreaterThanOrEqual(client.record.openedMs);
  });

  test('the request that the settings describe', async () => {
    const { port, clients } = await streamServer((socket) =>
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n'),
    );
    const client = open(port, 'reset', {
      stream: '/chat?model=small',
      'stream-method': 'post',
      'stream-headers': 'Content-Type: application/json\nX-Key: a:b',
      'stream-body': '{"q": "größe"}',
    });
    await client.ended;

    expect(clients[0]?.request).toMatch(/^POST \/chat\?model=small HTTP\/1\.1\r\n/);
    expect(clients[0]?.request).toMatch(/\r\ncontent-type: application\/json\r\n/i);
    expect(clients[0]?.request).toMatch(/\r\nx-key: a:b\r\n/i);
    expect(clients[0]?.request).toMatch(/\r\naccept: text\/event-stream\r\n/i);
    expect(clients[0]?.request.endsWith('\r\n\r\n{"q": "größe"}')).toBe(true);
    expect(client.record).toMatchObject({ status: 401, end: 'ended' });
  });

  test.each([
    ['nobody listens', async () => unusedPort()],
    ['the server hangs up', async () => (await streamServer((socket) => socket.destroy())).port],
    [
      'the answer is no HTTP',
      async () => (await streamServer((socket) => socket.end('220 smtp ready\r\n'))).port,
    ],
  ])('a failure when %s', async (_name, start) => {
    const client = open(await start(), 'reset');
    await Promise.all([client.opened, client.ended]);

    expect(client.record).toMatchObject({ status: null, end: 'failed', error: expect.stringMatching(/\w/) });
  });

  test('a stream that is cut by the server failed', async () => {
    const { port } = await streamServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\ndata: 0\n\n\r\n');
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    const client = open(port, 'reset');
    await client.ended;

    expect(client.record).toMatchObject({ status: 200, events: 1, end: 'failed' });
  });

  test('silence: neither opened nor over', async () => {
    const { port, clients } = await streamServer((socket) => socket.write(head));
    const client = open(port, 'reset');
    await until(() => client.record.status === 200);
    client.close();
    await Promise.all([client.opened, client.ended]);
    await until(() => (clients[0]?.happened.length ?? 0) > 0);

    expect(client.record).toMatchObject({ firstByteMs: null, end: 'failed', error: 'the run ended' });
  });

  test('thirty at once are thirty connections', async () => {
    const { port, clients } = await streamServer(dripping);
    const streams = Array.from({ length: 30 }, () => open(port, 'reset'));
    await Promise.all(streams.map(({ opened }) => opened));
    for (const stream of streams) stream.abort();
    await until(() => clients.every(({ happened }) => happened.includes('close')));

    expect(clients).toHaveLength(30);
    expect(streams.every(({ record }) => record.end === 'aborted' && record.events > 0)).toBe(true);
  });
});

describe('one more stream', () => {
  const full = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\nconnection: close\r\n\r\nfull';

  async function oneMore(respond: (socket: Socket) => void) {
    const { port, clients } = await streamServer(respond);
    const plan = planOf({ url: `http://127.0.0.1:${port}`, deadline: '1s', 'dump-after': '500ms' });
    const recorder = recorderOf(plan);
    const accepted = await openOneMore(plan, recorder, new AbortController().signal);
    return { accepted, asked: clients.length, tookMs: recorder.clock.nowMs(), recorder };
  }

  test('is asked for until a slot is free again: an error page is no stream', async () => {
    let refusals = 2;
    const { accepted, asked, recorder } = await oneMore((socket) => {
      refusals -= 1;
      if (refusals >= 0) socket.end(full);
      else dripping(socket);
    });

    expect({ accepted, asked }).toEqual({ accepted: true, asked: 3 });
    expect(recorder.evidence.streamsAfter).toMatchObject([{ status: 200, end: 'aborted' }]);
  });

  test('is refused when there was none for as long as the deadline', async () => {
    const { accepted, asked, tookMs, recorder } = await oneMore((socket) => socket.end(full));

    expect(accepted).toBe(false);
    expect(asked).toBeGreaterThan(2);
    expect(tookMs).toBeGreaterThan(700);
    expect(recorder.evidence.streamsAfter).toMatchObject([{ status: 503, end: 'ended' }]);
  });
});

describe('over TLS', () => {
  test.each([
    ['reset', /ECONNRESET|EPIPE/],
    ['close', /^end$/],
    ['early', /ECONNRESET|EPIPE/],
  ] as const)('%s leaves as it does without', async (mode, first) => {
    const happened: string[] = [];
    const { port } = await httpsServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => response.write('data: tick\n\n'), 10);
      response.on('close', () => clearInterval(timer));
      response.socket?.on('error', (error: NodeJS.ErrnoException) => happened.push(error.code ?? ''));
      response.socket?.on('end', () => happened.push('end'));
      response.socket?.on('close', () => happened.push('close'));
    });
    const client = open(port, mode, { url: `https://127.0.0.1:${port}` });
    if (mode !== 'early') {
      await client.opened;
      client.abort();
    }
    await client.ended;
    await until(() => happened.length > 0);

    expect(client.record).toMatchObject({ end: 'aborted', error: null });
    expect(happened[0]).toMatch(first);
  });
});
