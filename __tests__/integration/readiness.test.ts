import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { waitUntilReady } from '../../src/backend/readiness.ts';
import { httpServer, listening, netServer, unusedPort } from './support/servers.ts';
import { sleep, staysOpen } from './support/waiting.ts';

interface Waiting {
  readonly ready: Promise<void>;
  readonly errors: string[];
  readonly abort: (reason: Error) => void;
}

const waits: AbortController[] = [];
afterEach(() => {
  for (const wait of waits.splice(0)) wait.abort();
});

function waiting(port: number, { path = '/', askTimeoutMs = 10_000 } = {}): Waiting {
  const errors: string[] = [];
  const controller = new AbortController();
  waits.push(controller);
  const ready = waitUntilReady({
    url: `http://127.0.0.1:${port}${path}`,
    askTimeoutMs,
    signal: controller.signal,
    onError: (why) => void errors.push(why),
  });
  ready.catch(() => {});
  return { ready, errors, abort: (reason) => controller.abort(reason) };
}

const answers: Record<string, RequestListener> = {
  '200': (_request, response) => void response.end('ok'),
  '404': (_request, response) => void response.writeHead(404).end('{"detail":"Not Found"}'),
  '500': (_request, response) => void response.writeHead(500).end(),
  'a redirection to nowhere': (_request, response) =>
    void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
  '405 to HEAD, as FastAPI does': ({ method }, response) =>
    void (method === 'GET' ? response.end('ok') : response.writeHead(405).end()),
  'its first question slowly': (_request, response) => void setTimeout(() => response.end('ok'), 1_500),
};

test.each(Object.entries(answers))('an app that answers %s is ready', async (_name, answer) => {
  const { port } = await httpServer(answer);
  await waiting(port, { path: '/health?deep=1' }).ready;
});

test('an answer that breaks off, or has no end, is none', async () => {
  let asked = 0;
  const { port } = await httpServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-length': 100 }).write('half of');
    if (asked === 1) response.destroy();
  });
  const { ready, errors } = waiting(port, { askTimeoutMs: 300 });
  expect(await staysOpen(ready, 1_000)).toBe(true);
  expect(asked).toBeGreaterThan(1);
  expect(errors).toContain('other side closed');
});

test('an app that listens only after a while is ready then', async () => {
  const port = await unusedPort();
  const { ready } = waiting(port);
  expect(await staysOpen(ready, 600)).toBe(true);
  await listening(
    createServer((_request, response) => response.end('ok')),
    port,
  );
  await ready;
});

test('an app that answers only its second question is ready then', async () => {
  let asked = 0;
  const { port } = await httpServer((_request, response) => {
    asked += 1;
    if (asked > 1) response.end('ok');
  });
  const { ready } = waiting(port, { askTimeoutMs: 500 });
  await ready;

  expect(asked).toBeGreaterThan(1);
});

test('a head without an end is no answer', async () => {
  const { port } = await netServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
  });
  const { ready, abort } = waiting(port, { askTimeoutMs: 300 });

  expect(await staysOpen(ready, 1_500)).toBe(true);
  abort(new Error('enough'));
  await expect(ready).rejects.toThrow('enough');
});

test('something that speaks no HTTP is not ready, and its error is told', async () => {
  const { port } = await netServer((socket) => socket.end('220 smtp ready\r\n'));
  const { ready, abort, errors } = waiting(port, { askTimeoutMs: 300 });

  expect(await staysOpen(ready, 1_500)).toBe(true);
  abort(new Error('enough'));
  await expect(ready).rejects.toThrow('enough');
  expect(errors.length).toBeGreaterThan(0);
});

describe('an end of the wait', () => {
  test('comes at once, whatever is under way', async () => {
    const { port } = await netServer(() => {});
    const { ready, abort } = waiting(port, { askTimeoutMs: 3_000 });
    await sleep(400);
    const began = performance.now();
    abort(new Error('the backend ended'));

    await expect(ready).rejects.toThrow('the backend ended');
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('comes also when the port cannot even be asked', async () => {
    // wait-on takes whole milliseconds only, and refuses others at once.
    const { ready, abort } = waiting(await unusedPort(), { askTimeoutMs: 500.5 });
    await sleep(300);
    abort(new Error('enough'));

    await expect(ready).rejects.toThrow('enough');
  });

  test('that came before is heard', async () => {
    const { ready, abort } = waiting(await unusedPort(), { askTimeoutMs: 500 });
    abort(new Error('too late'));

    await expect(ready).rejects.toThrow('too late');
  });
});

test('a proxy of the environment is not asked', async () => {
  const { port } = await httpServer((_request, response) => response.end('ok'));
  const before = process.env['http_proxy'];
  process.env['http_proxy'] = `http://127.0.0.1:${await unusedPort()}`;
  try {
    await waiting(port).ready;
  } finally {
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
  }
});
