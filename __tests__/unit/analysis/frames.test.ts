import { describe, expect, test } from '@jest/globals';
import { bareName, endsWithPath, isApplicationFrame, isFrame } from '../../../src/analysis/frames.ts';
import { frame } from '../../support/make-evidence.ts';

describe('isApplicationFrame', () => {
  test.each([
    ['/work/shop/app/main.py', true],
    ['/work/library/python_tools/api.py', true],
    ['app/main.py', true],
    ['C:\\shop\\app\\main.py', true],
    ['/work/shop/lib/handlers.py', true],
    ['/usr/lib/python3.11/threading.py', false],
    ['/usr/lib64/python3.12/asyncio/events.py', false],
    ['/opt/hostedtoolcache/Python/3.13.1/x64/lib/python3.13t/socket.py', false],
    ['C:\\Python311\\Lib\\asyncio\\events.py', false],
    ['/usr/lib/python312.zip/json/decoder.py', false],
    ['/work/shop/.venv/lib/python3.11/site-packages/requests/api.py', false],
    ['/usr/lib/python3/dist-packages/requests/api.py', false],
    ['<string>', false],
    ['<frozen runpy>', false],
    ['?', false],
    ['', false],
  ])('%s: %s', (file, expected) => {
    expect(isApplicationFrame(frame('f', file))).toBe(expected);
  });
});

test.each([
  ['shutdown', 'shutdown'],
  ['ThreadPoolExecutor.shutdown', 'shutdown'],
  ['Outer.method.<locals>.inner', 'inner'],
  ['<module>', '<module>'],
  ['Route.<lambda>', '<lambda>'],
])('the bare name of %s is %s', (name, expected) => {
  expect(bareName(frame(name, 'x.py'))).toBe(expected);
});

test.each([
  ['/usr/lib/python3.11/selectors.py', 'selectors.py', true],
  ['selectors.py', 'selectors.py', true],
  ['C:\\Lib\\asyncio\\events.py', 'asyncio/events.py', true],
  ['/work/shop/myselectors.py', 'selectors.py', false],
  ['/work/shop/selectors.py.bak', 'selectors.py', false],
])('%s ends with %s: %s', (path, suffix, expected) => {
  expect(endsWithPath(path, suffix)).toBe(expected);
});

test('a frame is told by its function and the end of its file, whatever its line', () => {
  const shutdown = frame('ThreadPoolExecutor.shutdown', '/x/concurrent/futures/thread.py', 235);
  expect(isFrame(shutdown, 'shutdown', 'concurrent/futures/thread.py')).toBe(true);
  expect(isFrame({ ...shutdown, line: 999 }, 'shutdown', 'concurrent/futures/thread.py')).toBe(true);
  expect(isFrame(shutdown, 'join', 'concurrent/futures/thread.py')).toBe(false);
  expect(isFrame(shutdown, 'shutdown', 'concurrent/futures/process.py')).toBe(false);
  expect(isFrame(undefined, 'shutdown', 'concurrent/futures/thread.py')).toBe(false);
});

test('a repository named python-… with its code in lib/ holds application frames', () => {
  expect(isApplicationFrame(frame('f', '/home/runner/work/python-news/lib/handlers.py'))).toBe(true);
});
