import { describe, expect, test } from '@jest/globals';
import { waitingPlaces, waitingTasks } from '../../../src/analysis/task-graph.ts';
import type { Task } from '../../../src/evidence/schema.ts';
import { requestTask } from '../../support/make-evidence.ts';
import { frame, installed, library } from '../../support/stacks.ts';

const health = frame('health', '/work/shop/app/main.py', 10);
const onLock = library('3.14', 'Lock.acquire', 'asyncio/locks.py', 110);
const inStream = installed('3.14', 'StreamingResponse.stream_response', 'starlette/responses.py', 255);

const task = (id: string, stack: Task['stack'], ...awaitedBy: string[]): Task => ({
  id,
  name: `Task-${id}`,
  stack,
  awaitedBy,
});
const request = (id: string, ...stack: Task['stack']) => requestTask(id, stack);

test('requests at one place are one place', () => {
  const tasks = [request('1', onLock, health), request('2', onLock, health)];
  expect(waitingPlaces([{ tasks }])).toEqual([health]);
});

test('the innermost frame of the application counts', () => {
  const helper = frame('read_cache', '/work/shop/app/cache.py', 5);
  expect(waitingPlaces([{ tasks: [request('1', onLock, helper, health)] }])).toEqual([helper]);
});

test('two lines are two places', () => {
  const other = { ...health, line: 12 };
  expect(waitingPlaces([{ tasks: [request('1', health), request('2', other)] }])).toEqual([health, other]);
});

test('tasks of two processes are kept apart, whatever their ids', () => {
  const worker = { tasks: [request('1', health), task('2', [onLock], '1')] };
  const other = { tasks: [task('1', [onLock]), task('2', [health], '1')] };
  expect(waitingPlaces([other, worker])).toEqual([health]);
});

describe('what owes no answer', () => {
  const background = frame('refresh_forever', '/work/shop/app/jobs.py', 7);
  test.each([
    ['a task of the application', [task('1', [background])]],
    ['a stream', [request('1', inStream, frame('events', '/work/shop/app/main.py', 20))]],
    [
      'a task that a stream waits for',
      [request('1', inStream), task('2', [frame('produce', '/work/shop/app/main.py', 30)], '1')],
    ],
    ['a request in libraries only', [request('1', library('3.14', 'sleep', 'asyncio/tasks.py', 700))]],
    ['nothing', []],
  ])('%s', (_, tasks) => {
    expect(waitingPlaces([{ tasks }])).toEqual([]);
  });
});

describe('a request that waits for another task', () => {
  const handler = frame('handler', '/work/shop/app/main.py', 40);

  test('waits where that one does', () => {
    const tasks = [request('1', handler), task('2', [onLock, health], '1')];
    expect(waitingPlaces([{ tasks }])).toEqual([health]);
  });

  test('waits at its own place when that one is in libraries', () => {
    const tasks = [request('1', handler), task('2', [onLock], '1')];
    expect(waitingPlaces([{ tasks }])).toEqual([handler]);
  });

  test('may be left out of the graph', () => {
    expect(waitingPlaces([{ tasks: [task('2', [health], '1')] }])).toEqual([]);
  });

  test('may be waited for in turn', () => {
    const circle = [
      task('1', [handler], '2'),
      { ...request('2'), awaitedBy: ['1'] },
      task('3', [health], '1'),
    ];
    expect(waitingPlaces([{ tasks: circle }])).toEqual([health]);
  });
});

test.each([
  ['hypercorn', '_handle', 'hypercorn/asyncio/task_group.py'],
  ['gunicorn', 'ASGIProtocol._handle_http_request', 'gunicorn/asgi/protocol.py'],
  ['granian', '_future_watcher_wrapper.<locals>.future_watcher', 'granian/_futures.py'],
])('requests of %s are known', (_, name, file) => {
  const tasks = [task('1', [onLock, health, installed('3.14', name, file)])];
  expect(waitingPlaces([{ tasks }])).toEqual([health]);
});

test('a task waits inside the process at a lock, an event or a queue, and not for a timer, a peer or a future', () => {
  const inside = [
    task('1', [onLock, health]),
    task('2', [library('3.14', 'Queue.get', 'asyncio/queues.py', 186), health]),
    task('3', [installed('3.14', 'MemoryObjectReceiveStream.receive', 'anyio/streams/memory.py', 117)]),
  ];
  const others = [
    task('4', [library('3.14', 'sleep', 'asyncio/tasks.py', 702), health]),
    task('5', [library('3.14', 'StreamReader.read', 'asyncio/streams.py', 730), health]),
    task('6', [health]),
    task('7', []),
  ];
  expect(waitingTasks([...inside, ...others])).toEqual(inside);
});
