/** The search for a route that worker threads serve, on a server whose routes really run on threads of this process. */

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { discoverSyncRoute } from '../../src/probes/discovery/discover.ts';
import type { BackendProcess } from '../../src/processes/backend-processes.ts';
import { planOf, recorderOf } from './support/parts.ts';
import { atEnd, httpServer } from './support/servers.ts';
import { sleep } from './support/waiting.ts';

type Handler = (response: ServerResponse, asked: number) => void | Promise<void>;

const never = new AbortController().signal;
const onTheLoop: Handler = (response) => void response.end('{}');

/** One thread, started by the first request, as a pool does it. */
function inThread(answer: Handler = onTheLoop): Handler {
  let worker: Worker | undefined;
  return async (response, asked) => {
    if (!worker) {
      const started = new Worker(
        "const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => parentPort.postMessage(0))",
        { eval: true },
      );
      worker = started;
      atEnd(() => started.terminate());
    }
    worker.postMessage(0);
    await once(worker, 'message');
    await answer(response, asked);
  };
}

const get = { responses: { 200: { content: { 'application/json': {} } } } };

function documentOf(paths: readonly string[]): Handler {
  const document = { openapi: '3.1.0', paths: Object.fromEntries(paths.map((path) => [path, { get }])) };
  return (response) => void response.end(JSON.stringify(document));
}

/** All that was asked, and what was found. Unknown routes answer 404. */
async function discover(
  routes: Record<string, Handler>,
  settings: Record<string, unknown> = {},
  duringRequest: (path: string, evidence: ReturnType<typeof recorderOf>['evidence']) => void = () => {},
) {
  const asked: string[] = [];
  const { port } = await httpServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    duringRequest(path, recorder.evidence);
    const handler = routes[path];
    if (!handler) return void response.writeHead(404).end();
    void handler(response, asked.filter((one) => one === path).length);
  });
  const plan = planOf({ url: `http://127.0.0.1:${port}`, ...settings });
  const recorder = recorderOf(plan);
  const self = { pid: process.pid, role: 'backend' } as BackendProcess;
  await discoverSyncRoute({ plan, recorder, over: never, listProcesses: () => [self] });
  const { syncRoute, probeRoutes, phases } = recorder.evidence;
  const discovered = probeRoutes.filter(({ chosen }) => chosen === 'discovered').map(({ path }) => path);
  return { asked, syncRoute, discovered, phases };
}

const api = (...paths: string[]) => ({ '/openapi.json': documentOf(paths) });

test('the route that a thread serves is probed too', async () => {
  const { syncRoute, discovered, phases, asked } = await discover({
    ...api('/users', '/items', '/catalogue'),
    '/users': onTheLoop,
    '/items': inThread(),
    '/catalogue': inThread(),
  });
  expect(discovered).toEqual(['/items']);
  expect(syncRoute).toEqual({
    path: '/items',
    detail: '`/items` is served by a worker thread and is probed too',
  });
  expect(phases).toMatchObject([
    { name: 'discover', note: '/items is served by a worker thread and is probed too' },
  ]);
  expect(asked).not.toContain('/catalogue');
});

test('a probe that a thread serves is enough: nothing else is asked', async () => {
  const { asked, syncRoute, discovered } = await discover({
    ...api('/items'),
    '/': onTheLoop,
    '/health': inThread(),
    '/items': inThread(),
  });
  expect(asked).toEqual(['/', '/health', '/health']);
  expect(syncRoute).toEqual({ path: '/health', detail: '`/health` is served by a worker thread' });
  expect(discovered).toEqual([]);
});

test('a probe at whose first request a thread starts is not yet served by one', async () => {
  // On a busy machine the thread is still starting when the answer is there, which looks like work at the next request.
  const first = inThread(async (response) => {
    await sleep(500);
    response.end('{}');
  });
  const { syncRoute } = await discover({
    ...api('/items'),
    '/health': (response, asked) => (asked === 1 ? first : onTheLoop)(response, asked),
    '/items': inThread(),
  });
  expect(syncRoute?.path).toBe('/items');
});

describe('a route that is unfit is passed over', () => {
  const failing = (statuses: readonly number[]): Handler =>
    inThread((response, asked) => void response.writeHead(statuses[asked - 1] ?? 200).end('{}'));
  test.each<[string, Handler]>([
    ['it fails', failing([500, 500])],
    ['it fails the second time', failing([200, 503])],
    ['it fails the last time', failing([200, 200, 200, 200, 500])],
    ['it has a limit of requests', failing([200, 200, 200, 429, 429])],
    ['it is slow', inThread((response) => sleep(700).then(() => void response.end('{}')))],
    ['it never answers', inThread(() => {})],
    ['it answers with a lot', inThread((response) => void response.end('x'.repeat(300_000)))],
    [
      'it is a stream',
      inThread((response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: x\n\n');
      }),
    ],
    ['it breaks off', inThread((response) => void response.destroy())],
  ])('%s', async (_, unfit) => {
    const { discovered, asked } = await discover({
      ...api('/aaa', '/items'),
      '/aaa': unfit,
      '/items': inThread(),
    });
    expect(discovered).toEqual(['/items']);
    expect(asked).toContain('/aaa');
  });

  test('it makes the backend ask others, which are stalled soon', async () => {
    const routes = { ...api('/aaa', '/items'), '/aaa': inThread(), '/items': inThread() };
    const { discovered } = await discover(routes, {}, (path, { upstream }) => {
      if (path === '/aaa') upstream.requests += 1;
    });
    expect(discovered).toEqual(['/items']);
  });

  test('a thread starts for its first request only', async () => {
    const [first, items] = [inThread(), inThread()];
    const once: Handler = (response, asked) => (asked === 1 ? first : onTheLoop)(response, asked);
    const { discovered } = await discover({ ...api('/aaa', '/items'), '/aaa': once, '/items': items });
    expect(discovered).toEqual(['/items']);
  });
});

describe('what is not found is said, and is no error', () => {
  test.each<[string, Record<string, Handler>, RegExp]>([
    ['no document', {}, /no OpenAPI document was found/],
    [
      'a document that fails',
      { '/openapi.json': (response) => void response.writeHead(500).end('{}') },
      /no OpenAPI document was found/,
    ],
    [
      'a page for every path',
      { '/openapi.json': (response) => void response.end('<html>') },
      /no OpenAPI document was found/,
    ],
    [
      'a document without end',
      {
        '/openapi.json': async (response) => {
          while (!response.destroyed) {
            response.write(' '.repeat(1_000_000));
            await sleep(1);
          }
        },
      },
      /no OpenAPI document was found/,
    ],
    ['no route', api('/health', '/items/{id}'), /lists no other plain GET/],
    [
      'loop routes only',
      { ...api('/users', '/items'), '/users': onTheLoop, '/items': onTheLoop },
      /none of 2 asked/,
    ],
  ])('%s', async (_, routes, detail) => {
    const { syncRoute, discovered } = await discover(routes);
    expect(syncRoute).toEqual({ path: null, detail: expect.stringMatching(detail) });
    expect(discovered).toEqual([]);
  });
});

test('a document elsewhere is found', async () => {
  const { discovered } = await discover({
    '/api/v1/openapi.json': documentOf(['/api/v1/items']),
    '/api/v1/items': inThread(),
  });
  expect(discovered).toEqual(['/api/v1/items']);
});

test('hostile paths are never asked', async () => {
  const { asked } = await discover({
    ...api(
      'http://127.0.0.1:1/x',
      '//127.0.0.1:1/x',
      '/../x',
      '/a\r\nX: y',
      `/${'a'.repeat(5_000)}`,
      '/\u001b[2J',
    ),
  });
  expect(asked).toEqual(['/', '/health', '/openapi.json']);
});

test.each(['off', '/items'])('sync-probe %s: nothing is looked for', async (setting) => {
  const { asked, syncRoute, phases } = await discover(api('/items'), { 'sync-probe': setting });
  expect({ asked, syncRoute, phases }).toEqual({ asked: [], syncRoute: null, phases: [] });
});
