import { describe, expect, test } from '@jest/globals';
import { findLoopThread, framesOnLoop, loopOf, loopState } from '../../../src/analysis/loop-thread.ts';
import {
  backendPid,
  dump,
  frame,
  loopThread,
  newsWorker,
  poolWorker,
  scheduling,
  stack,
  thread,
} from '../../support/make-evidence.ts';

describe('findLoopThread', () => {
  test.each([
    ['uvicorn on asyncio', stack.idleAsyncio()],
    ['uvicorn on asyncio, Python 3.10', stack.idleAsyncio('3.10')],
    ['uvicorn on uvloop', stack.idleUvloop()],
    ['a worker of uvicorn --workers', stack.uvicornWorker()],
    ['a gunicorn worker of class UvicornWorker', stack.gunicornUvicornWorker()],
    ['a gunicorn worker of class asgi', stack.gunicornAsgiWorker()],
    ['a hypercorn worker', stack.hypercornWorker()],
    ['trio', stack.idleTrio()],
    ['a blocked loop', stack.blockedInExecutorExit311()],
    ['a forked process that runs one of its own', stack.forkedWorker(stack.idleAsyncio())],
  ])('finds the loop of %s', (_, frames) => {
    const main = loopThread(frames);
    expect(findLoopThread([newsWorker('ThreadPoolExecutor-0_0'), main], backendPid)).toBe(main);
  });

  test.each([
    ['a master of uvicorn --workers', stack.uvicornMaster()],
    ['the parent of uvicorn --reload', stack.uvicornReloader()],
    ['a gunicorn master', stack.gunicornMaster()],
    ['a hypercorn parent', stack.hypercornMaster()],
    ['a resource tracker', stack.resourceTracker()],
    ['a process that was forked off a loop', stack.forkedWorker([])],
  ])('sees no loop in %s', (_, frames) => {
    expect(findLoopThread([loopThread(frames)], backendPid)).toBeUndefined();
  });

  test('a gunicorn worker that hangs before its loop is no master', () => {
    const main = loopThread(stack.gunicornWorkerInImport());
    expect(findLoopThread([main], backendPid)).toBe(main);
    expect(loopState(main, 'hrtimer_nanosleep')).toBe('busy');
    expect(framesOnLoop(main)[0]?.function).toBe('<module>');
  });

  test('the control loop of a gunicorn master serves no requests', () => {
    const control = thread(stack.gunicornControlLoop(), { name: 'Thread-1 (_run_loop)' });
    expect(findLoopThread([control, loopThread(stack.gunicornMaster())], backendPid)).toBeUndefined();
  });

  test('of two loops the one in the main thread serves', () => {
    const main = loopThread(stack.idleAsyncio());
    const background = thread(stack.idleAsyncio(), { tid: 5_000 });
    expect(findLoopThread([main, background], backendPid)).toBe(main);
  });

  test('where thread ids are unknown, the last one is the main thread', () => {
    const main = thread(stack.idleAsyncio(), { tid: null });
    const background = thread(stack.idleAsyncio(), { tid: null });
    expect(findLoopThread([background, main], backendPid)).toBe(main);
  });
});

describe('loopState', () => {
  const epoll = 'do_epoll_wait';
  const futex = 'futex_wait_queue';
  test.each([
    ['an idle asyncio loop', stack.idleAsyncio(), null, 'free'],
    ['the same on Python 3.10', stack.idleAsyncio('3.10'), null, 'free'],
    ['an idle trio loop', stack.idleTrio(), null, 'free'],
    ['an idle uvloop', stack.idleUvloop(), null, 'free'],
    ['an idle uvloop that sleeps in epoll', stack.idleUvloop(), epoll, 'free'],
    ['an idle uvloop of an old kernel', stack.idleUvloop(), 'ep_poll', 'free'],
    ['uvloop in a C callback that waits for a lock', stack.idleUvloop(), futex, 'busy'],
    ['uvloop in a Python callback', stack.onUvloop([frame('f', '/work/shop/app.py')]), null, 'busy'],
    ['asyncio in a C callback, nothing known', stack.inCCallback(), null, 'busy'],
    ['asyncio in a C callback that waits for a lock', stack.inCCallback(), futex, 'busy'],
    ['an executor exit', stack.blockedInExecutorExit311(), futex, 'busy'],
    ['an executor exit on Python 3.10', stack.blockedInExecutorExit310(), null, 'busy'],
    ['an executor exit on Python 3.13', stack.blockedInExecutorExit313(), null, 'busy'],
    ['the selector of subprocess.communicate', stack.blockedInCommunicate(), null, 'busy'],
    ['a nested selector that sleeps in epoll', stack.blockedInCommunicate(), epoll, 'busy'],
    ['the selector of nest_asyncio, whose nested loops serve all events', nested(), null, 'free'],
  ] as const)('%s', (_, frames, waitChannel, expected) => {
    expect(loopState(loopThread([...frames]), waitChannel)).toBe(expected);
  });

  function nested() {
    const [select, ...loop] = stack.idleAsyncio();
    const inner = [
      select ?? frame('select', 'selectors.py'),
      frame('_run_once', '/x/site-packages/nest_asyncio.py'),
    ];
    return [...inner, ...loop];
  }
});

test('loopOf reads the wait channel of the dump', () => {
  const threads = [loopThread(stack.idleUvloop())];
  const asleep = (waitChannel: string) => dump({ threads, loopScheduling: scheduling({ waitChannel }) });
  expect(loopOf(asleep('do_epoll_wait'))?.state).toBe('free');
  expect(loopOf(asleep('futex_wait_queue'))?.state).toBe('busy');
  expect(loopOf(dump({ threads }))?.state).toBe('free');
  expect(loopOf(dump({ threads: [poolWorker('ThreadPoolExecutor-0_0')] }))).toBeUndefined();
});

test('framesOnLoop cuts the runner and everything below it', () => {
  const inner = [frame('read_news', '/work/shop/app/news.py', 12)];
  expect(framesOnLoop(loopThread(stack.onUvloop(inner)))).toEqual(inner);
  expect(framesOnLoop(loopThread(stack.idleUvloop()))).toEqual([]);
});
