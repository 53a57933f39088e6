import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Recorder } from '../../src/evidence/recorder.ts';
import { Prober } from '../../src/probes/prober.ts';
import { planOf, recorderOf } from './support/parts.ts';
import { atEnd, httpServer, unusedPort } from './support/servers.ts';
import { sleep, staysOpen, until } from './support/waiting.ts';

const never = new AbortController().signal;

type Handler = (response: ServerResponse, request: IncomingMessage) => void;
const ok: Handler = (response) => void response.end('ok');

/** A backend whose routes can be changed while it runs. */
async function backend(routes: Record<string, Handler>) {
  const sockets = new Set<Socket>();
  const held: ServerResponse[] = [];
  const server = await httpServer((request, response) => {
    sockets.add(request.socket);
    (routes[request.url ?? ''] ?? ok)(response, request);
  });
  return {
    server,
    port: server.port,
    routes,
    sockets,
    /** A handler that keeps the answer until `release`. */
    hold: (response: ServerResponse) => void held.push(response),
    release: () => held.splice(0).forEach((response) => void response.end('late')),
  };
}

interface Probing {
  readonly prober: Prober;
  readonly recorder: Recorder;
  readonly events: { name: string; path: string; atMs: number; valueMs: number }[];
}

function probing(port: number, settings: Record<string, unknown> = {}): Probing {
  const plan = planOf({
    url: `http://127.0.0.1:${port}`,
    deadline: '1200ms',
    'dump-after': '300ms',
    ...settings,
  });
  const recorder = recorderOf(plan);
  const prober = new Prober(plan, recorder);
  atEnd(() => prober[Symbol.asyncDispose]());
  const events: Probing['events'] = [];
  for (const name of ['silent', 'answers-again'] as const) {
    prober.on(name, (path, valueMs) => {
      events.push({ name, path, valueMs, atMs: recorder.clock.nowMs() });
    });
  }
  return { prober, recorder, events };
}

describe('the baseline', () => {
  test('knows every route, its status and its latency', async () => {
    const slow: Handler = (response) => void setTimeout(() => response.end(), 60);
    const missing: Handler = (response) => void response.writeHead(404).end();
    const { port } = await backend({ '/slow': slow, '/missing': missing });
    const { prober, recorder } = probing(port, { probes: '/\n/slow\n/missing' });
    await prober.measureBaseline(never);
    const [root, slowRoute, missingRoute] = recorder.evidence.probeRoutes;

    expect(root).toMatchObject({ path: '/', baselineStatus: 200 });
    expect(missingRoute).toMatchObject({ path: '/missing', baselineStatus: 404 });
    expect(slowRoute?.baselineMs).toBeGreaterThanOrEqual(55);
    for (const { intervalMs, baselineMs } of recorder.evidence.probeRoutes)
      expect(intervalMs).toBeCloseTo(Math.max(100, (baselineMs ?? 0) * 5), 5);
  });

  test('of a very slow route is one probe, and one a second from then on', async () => {
    const { port } = await backend({ '/slow': (response) => void setTimeout(() => response.end(), 1_100) });
    const { prober, recorder } = probing(port, { probes: '/slow', deadline: '8s' });
    await prober.measureBaseline(never);

    expect(recorder.evidence.probeRoutes[0]).toMatchObject({ intervalMs: 1_000 });
    const began = performance.now();
    await sleep(1_500);
    await prober.stop();
    const inSeconds = (performance.now() - began) / 1_000;
    expect(recorder.evidence.probes.length).toBeLessThanOrEqual(inSeconds + 4);
  });

  test('of a route that does not answer is missed at the deadline', async () => {
    const { port, routes, hold } = await backend({});
    routes['/'] = hold;
    const { prober, recorder } = probing(port, { probes: '/' });
    const baseline = prober.measureBaseline(AbortSignal.any([prober.missed]));
    await expect(baseline).rejects.toThrow();
    const atMs = recorder.clock.nowMs();
    await prober.stop();

    expect(atMs).toBeGreaterThan(1_150);
    expect(recorder.evidence.probes).toEqual([
      { path: '/', sentMs: expect.any(Number), latencyMs: null, status: null, error: null },
    ]);
  });
});

test('probes come ten a second, each on a connection of its own, and do not wait for each other', async () => {
  const { port, routes, sockets, hold } = await backend({});
  routes['/held'] = hold;
  const { prober, recorder } = probing(port, { probes: '/', deadline: '8s' });
  await prober.measureBaseline(never);
  const asked = sockets.size;
  await sleep(1_500);
  const inTime = sockets.size - asked;
  routes['/'] = hold;
  await sleep(1_000);
  const inSilence = sockets.size - asked - inTime;
  await prober.stop();

  expect(inTime).toBeGreaterThanOrEqual(8);
  expect(inTime).toBeLessThanOrEqual(22);
  expect(inSilence).toBeGreaterThanOrEqual(4);
  // The last may have ended before its connection was there.
  expect(Math.abs(recorder.evidence.probes.length - sockets.size)).toBeLessThanOrEqual(2);
  const unanswered = recorder.evidence.probes.filter(({ latencyMs }) => latencyMs === null).length;
  expect(unanswered).toBeGreaterThanOrEqual(inSilence - 1);
  // Some had their connection before, and their question not yet.
  expect(unanswered).toBeLessThanOrEqual(inSilence + 3);
  expect(recorder.evidence.probingEndedMs).toEqual(expect.any(Number));
});

describe('a route that falls silent', () => {
  test('is told after dump-after, and told again when it answers; others are not', async () => {
    const { port, routes, hold, release } = await backend({});
    const { prober, recorder, events } = probing(port, { probes: '/\n/health', deadline: '8s' });
    await prober.measureBaseline(never);
    routes['/health'] = hold;
    const heldMs = recorder.clock.nowMs();
    await until(() => events.length === 1);
    const [silent] = events;

    expect(silent).toMatchObject({ name: 'silent', path: '/health' });
    expect(silent?.valueMs).toBeGreaterThanOrEqual(heldMs - 200);
    expect(silent?.valueMs).toBeLessThan(heldMs + 1_000);
    expect((silent?.atMs ?? 0) - (silent?.valueMs ?? 0)).toBeGreaterThanOrEqual(300);
    expect((silent?.atMs ?? 0) - (silent?.valueMs ?? 0)).toBeLessThan(1_200);

    routes['/health'] = ok;
    release();
    await until(() => events.length === 2);
    expect(events[1]).toMatchObject({ name: 'answers-again', path: '/health' });
    expect(prober.missed.aborted).toBe(false);
    expect(recorder.evidence.probes.some(({ latencyMs }) => (latencyMs ?? 0) > 250)).toBe(true);
  });

  test('is missed at the deadline and not before', async () => {
    const { port, routes, hold } = await backend({});
    const { prober, recorder, events } = probing(port, { probes: '/' });
    await prober.measureBaseline(never);
    routes['/'] = hold;
    await until(() => prober.missed.aborted);
    const [silent] = events;

    expect(recorder.clock.nowMs() - (silent?.valueMs ?? 0)).toBeGreaterThanOrEqual(1_200);
    expect(recorder.clock.nowMs() - (silent?.valueMs ?? 0)).toBeLessThan(3_000);
  });

  test('of a route that is slow by nature is told before the deadline too', async () => {
    const slow: Handler = (response) => void setTimeout(() => response.end('ok'), 700);
    const { port, hold, routes } = await backend({ '/': slow });
    const settings = { probes: '/', deadline: '2s', 'dump-after': '1500ms' };
    const { prober, events, recorder } = probing(port, settings);
    await prober.measureBaseline(never);
    routes['/'] = hold;
    await until(() => prober.missed.aborted);

    expect(events[0]).toMatchObject({ name: 'silent', path: '/' });
    expect(events[0]?.atMs).toBeLessThan(recorder.clock.nowMs());
  });

  test('is silent too when it sends a head and no end', async () => {
    const { port, routes } = await backend({});
    const { prober, events } = probing(port, { probes: '/' });
    await prober.measureBaseline(never);
    routes['/'] = (response) => void response.writeHead(200, { 'content-length': '5' }).write('he');
    await until(() => prober.missed.aborted);

    expect(events[0]).toMatchObject({ name: 'silent', path: '/' });
  });

  test('is silent too when every connection is refused', async () => {
    const { port, server, sockets } = await backend({});
    const { prober, recorder, events } = probing(port, { probes: '/' });
    await prober.measureBaseline(never);
    server.close();
    for (const socket of sockets) socket.destroy();
    await until(() => prober.missed.aborted);
    await prober.stop();

    expect(events[0]).toMatchObject({ name: 'silent', path: '/' });
    expect(recorder.evidence.probes.at(-2)?.error).toMatch(/ECONNREFUSED/);
  });
});

test('a route that answers 500 answers', async () => {
  const { port, routes } = await backend({});
  const { prober, recorder, events } = probing(port, { probes: '/', 'dump-after': '1s' });
  await prober.measureBaseline(never);
  routes['/'] = (response) => void response.writeHead(500).end();
  await sleep(1_500);
  await prober.stop();

  expect(events).toEqual([]);
  expect(prober.missed.aborted).toBe(false);
  expect(recorder.evidence.probes.findLast(({ latencyMs }) => latencyMs !== null)?.status).toBe(500);
});

test('a backend that is not there: every probe fails at its connection', async () => {
  const { prober, recorder } = probing(await unusedPort(), { probes: '/' });
  await prober.measureBaseline(never);
  await until(() => prober.missed.aborted);
  await prober.stop();

  expect(recorder.evidence.probeRoutes[0]).toMatchObject({ baselineMs: null, baselineStatus: null });
  // The last may have been on its way.
  const ended = recorder.evidence.probes.slice(0, -1);
  expect(ended).not.toEqual([]);
  expect(ended.every(({ error }) => error?.includes('ECONNREFUSED'))).toBe(true);
});

describe('allAnswered', () => {
  test('waits for every probe that is under way', async () => {
    const { port, routes, hold, release } = await backend({});
    const { prober } = probing(port, { probes: '/\n/health', deadline: '8s' });
    await prober.measureBaseline(never);
    routes['/health'] = hold;
    await sleep(250);
    const answered = prober.allAnswered(0, never);

    expect(await staysOpen(answered, 500)).toBe(true);
    routes['/health'] = ok;
    release();
    await answered;
  });

  test('waits for an answer to a probe that was sent since, which may take its time on a slow route', async () => {
    const { port } = await backend({ '/slow': (response) => void setTimeout(() => response.end(), 400) });
    const { prober, recorder } = probing(port, { probes: '/\n/slow', deadline: '8s' });
    await prober.measureBaseline(never);
    await until(() => recorder.evidence.probes.filter(({ path }) => path === '/slow').length >= 4);
    const sinceMs = recorder.clock.nowMs();
    await prober.allAnswered(sinceMs, never);
    await prober.stop();

    expect(
      recorder.evidence.probes.some(
        ({ path, sentMs, latencyMs }) => path === '/slow' && sentMs >= sinceMs && latencyMs !== null,
      ),
    ).toBe(true);
  });

  test('ends with the run', async () => {
    const { port, routes, hold } = await backend({});
    const { prober } = probing(port, { probes: '/', deadline: '8s' });
    await prober.measureBaseline(never);
    routes['/'] = hold;
    const over = new AbortController();
    const answered = prober.allAnswered(Number.POSITIVE_INFINITY, over.signal);
    over.abort(new Error('over'));

    await expect(answered).rejects.toThrow();
    await expect(prober.allAnswered(0, over.signal)).rejects.toThrow('over');
  });
});

test('stop is quick while probes hang, and may be called twice', async () => {
  const { port, routes, hold } = await backend({});
  const { prober, recorder } = probing(port, { probes: '/', deadline: '60s' });
  await prober.measureBaseline(never);
  routes['/'] = hold;
  await sleep(300);
  const began = performance.now();
  await Promise.all([prober.stop(), prober.stop()]);
  await prober[Symbol.asyncDispose]();

  expect(performance.now() - began).toBeLessThan(5_000);
  expect(recorder.evidence.probes.filter(({ latencyMs }) => latencyMs === null).length).toBeGreaterThan(0);
});
