/** A service that is dead while its loop is free: what must not be said of it. */
import { describe, expect, test } from '@jest/globals';
import type { Dump, Evidence, Thread } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  newsWorker,
  probe,
  silenceDumps,
  stack,
  thread,
} from '../../support/make-evidence.ts';

const idleLoop = loopThread(stack.idleAsyncio());
const accepted = [3_400, 3_900, 4_900].map((atMs) => ({ atMs, connections: 0 }));
const waiting = accepted.map(({ atMs }, index) => ({ atMs, connections: 3 + index }));
const inLock = frame('refresh', '/work/shop/app/cache.py', 9);

function anyioWorker(): Thread {
  const [, , run] = stack.idleAnyioWorker();
  return thread([frame('read', '/work/shop/app/news.py', 4), ...(run ? [run] : [])], {
    name: 'AnyIO worker thread',
  });
}

const hang = (others: Thread[], overrides: Parameters<typeof makeHang>[0] = {}) =>
  makeHang({ dumps: silenceDumps([idleLoop, ...others]), acceptQueue: accepted, ...overrides });

function told(evidence: Evidence) {
  const { reason, findings, message } = judge(evidence);
  expect(reason).toBe('service-unresponsive');
  return { ruleId: findings[0]?.ruleId, message };
}

const workers = (count: number, make: () => Thread) => Array.from({ length: count }, make);

describe('a thread pool', () => {
  test('is full with as many busy threads as it may have', () => {
    expect(told(hang(workers(40, anyioWorker))).ruleId).toBe('thread-pool-exhausted');
  });

  test('with one thread to go is not said to be full; the threads are told all the same', () => {
    const { ruleId, message } = told(hang(workers(39, anyioWorker)));
    expect(ruleId).toBe('service-unresponsive');
    expect(message).toContain(
      'which one is not known; of 39 other threads inside the application, all stand in `read` at app/news.py:4',
    );
  });

  test('must be full in every dump', () => {
    const dumps = silenceDumps([idleLoop, ...workers(40, anyioWorker)]);
    const [first, ...rest] = dumps;
    const evidence = hang([], { dumps: [{ ...(first as (typeof dumps)[0]), threads: [idleLoop] }, ...rest] });
    expect(told(evidence).ruleId).toBe('service-unresponsive');
  });

  test("of asyncio is known by the machine's processors", () => {
    const six = workers(6, () => newsWorker('asyncio_0'));
    expect(told(hang(six, { gate: { processors: 2 } })).ruleId).toBe('thread-pool-exhausted');
    expect(told(hang(six, { gate: { processors: 4 } })).ruleId).toBe('service-unresponsive');
    expect(told(hang(six)).ruleId).toBe('service-unresponsive');
  });

  test("of the application's own has a size that nobody can see", () => {
    const own = workers(6, () => newsWorker('ThreadPoolExecutor-0_0'));
    expect(told(hang(own, { gate: { processors: 2 } })).ruleId).toBe('service-unresponsive');
  });
});

describe('a lost await', () => {
  test('is what is left when the loop is free, all is accepted and no thread is at work', () => {
    expect(told(hang([thread(stack.idleAnyioWorker())])).ruleId).toBe('lost-await');
  });

  test.each([
    ['a thread is inside the application', hang([thread([inLock])])],
    ['nothing tells whether connections are accepted', hang([], { acceptQueue: [] })],
    ['there is one dump only', hang([], { dumps: silenceDumps([idleLoop]).slice(0, 1) })],
    ['no dump shows the loop', hang([], { dumps: silenceDumps([thread([inLock])]) })],
  ])('is not said to be when %s', (_, evidence) => {
    expect(told(evidence).ruleId).toBe('service-unresponsive');
  });

  test('that cannot be told from connections nobody accepts is said so', () => {
    expect(told(hang([], { acceptQueue: [] })).message).toMatch(
      /; whether its connections were accepted could not be seen\.$/,
    );
  });
});

describe('connections that nobody accepts', () => {
  test('name the accept limit', () => {
    const { ruleId, message } = told(hang([], { acceptQueue: waiting }));
    expect(ruleId).toBe('accept-limit');
    expect(message).toMatch(
      /; 5 connections waited in the kernel and were not accepted, though the event loop was free\.$/,
    );
  });

  test('must wait in every sample', () => {
    expect(told(hang([], { acceptQueue: [...waiting, { atMs: 5_000, connections: 0 }] })).ruleId).toBe(
      'lost-await',
    );
  });

  test('name it when the loop is busy with them all the time, since it has no descriptor left', () => {
    const storm = loopThread([
      frame('emit', '/usr/lib/python3.11/logging/__init__.py', 1113),
      frame('_accept_connection', '/usr/lib/python3.11/asyncio/selector_events.py', 180),
      ...stack.idleAsyncio().slice(1),
    ]);
    const lastLogLines = ['OSError: [Errno 24] Too many open files'];
    const evidence = hang([], {
      dumps: silenceDumps([storm]),
      acceptQueue: waiting,
      backend: { lastLogLines },
    });
    const { ruleId, message } = told(evidence);
    expect(ruleId).toBe('accept-limit');
    expect(message).toContain('too many files open, as its log says');

    const between = loopThread([
      frame('__lt__', '/usr/lib/python3.13/asyncio/events.py', 131),
      ...stack.idleAsyncio().slice(1),
    ]);
    const [first, ...rest] = silenceDumps([storm]) as [Dump, ...Dump[]];
    const moved = { ...evidence, dumps: [{ ...first, threads: [between] }, ...rest] };
    expect(told(moved).ruleId).toBe('accept-limit');
  });

  test('say nothing about a silence that began later', () => {
    const early = waiting.map(({ connections }) => ({ atMs: 900, connections }));
    expect(told(hang([], { acceptQueue: early })).ruleId).toBe('service-unresponsive');
  });
});

describe('errors since the streams', () => {
  const failing = (lastLogLines: string[]) =>
    makeEvidence({ probes: [probe({ sentMs: 2_900, status: 503 })], backend: { lastLogLines } });

  test.each([
    ['server-errors', ["KeyError: 'news'"], "the last error in its log is KeyError: 'news'"],
    ['server-errors', ['INFO: bye'], 'the last lines of its log show no error'],
    [
      'accept-limit',
      ['WARNING: Exceeded concurrency limit.'],
      'the limit of concurrent requests was exceeded',
    ],
    [
      'connection-pool-exhausted',
      ['sqlalchemy.exc.TimeoutError: QueuePool limit of size 2 overflow 0 reached'],
      'a pool of connections has none left: sqlalchemy.exc.TimeoutError: QueuePool limit',
    ],
  ])('%s for %j', (expected, lines, words) => {
    const { ruleId, message } = told(failing(lines));
    expect(ruleId).toBe(expected);
    expect(message).toContain(words);
  });
});
