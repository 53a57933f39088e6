import { describe, expect, test } from '@jest/globals';
import { isWholeFaulthandlerText, parseFaulthandlerText } from '../../../../src/stacks/faulthandler/parse.ts';

/** Written by real interpreters: a pool is left on the main thread while its worker sleeps. Paths are shortened. */
const real = {
  '3.10': `Thread 0x00007f416b7fe6c0 (most recent call first):
  File "/py/lib/python3.10/threading.py", line 324 in wait
  File "/py/lib/python3.10/threading.py", line 607 in wait
  File "/py/lib/python3.10/threading.py", line 1376 in run
  File "/py/lib/python3.10/threading.py", line 1016 in _bootstrap_inner
  File "/py/lib/python3.10/threading.py", line 973 in _bootstrap

Thread 0x00007f4170a066c0 (most recent call first):
  File "/tmp/fhprobe/t.py", line 7 in fetch
  File "/py/lib/python3.10/concurrent/futures/thread.py", line 58 in run
  File "/py/lib/python3.10/concurrent/futures/thread.py", line 83 in _worker
  File "/py/lib/python3.10/threading.py", line 953 in run
  File "/py/lib/python3.10/threading.py", line 1016 in _bootstrap_inner
  File "/py/lib/python3.10/threading.py", line 973 in _bootstrap

Current thread 0x00007f4171433b80 (most recent call first):
  File "/py/lib/python3.10/threading.py", line 1116 in _wait_for_tstate_lock
  File "/py/lib/python3.10/threading.py", line 1096 in join
  File "/py/lib/python3.10/concurrent/futures/thread.py", line 235 in shutdown
  File "/py/lib/python3.10/concurrent/futures/_base.py", line 649 in __exit__
  File "/tmp/fhprobe/t.py", line 9 in gr\\xfc\\xdfe
  File "/tmp/fhprobe/t.py", line 13 in <module>
`,
  '3.11': `Thread 0x00007f78ecae06c0 (most recent call first):
  File "/py/lib/python3.11/threading.py", line 331 in wait
  File "/py/lib/python3.11/threading.py", line 629 in wait
  File "/py/lib/python3.11/threading.py", line 1399 in run
  File "/py/lib/python3.11/threading.py", line 1045 in _bootstrap_inner
  File "/py/lib/python3.11/threading.py", line 1002 in _bootstrap

Thread 0x00007f78edae66c0 (most recent call first):
  File "/tmp/fhprobe/t.py", line 7 in fetch
  File "/py/lib/python3.11/concurrent/futures/thread.py", line 58 in run
  File "/py/lib/python3.11/concurrent/futures/thread.py", line 83 in _worker
  File "/py/lib/python3.11/threading.py", line 982 in run
  File "/py/lib/python3.11/threading.py", line 1045 in _bootstrap_inner
  File "/py/lib/python3.11/threading.py", line 1002 in _bootstrap

Current thread 0x00007f78eea5eb80 (most recent call first):
  File "/py/lib/python3.11/threading.py", line 1139 in _wait_for_tstate_lock
  File "/py/lib/python3.11/threading.py", line 1119 in join
  File "/py/lib/python3.11/concurrent/futures/thread.py", line 235 in shutdown
  File "/py/lib/python3.11/concurrent/futures/_base.py", line 647 in __exit__
  File "/tmp/fhprobe/t.py", line 9 in gr\\xfc\\xdfe
  File "/tmp/fhprobe/t.py", line 13 in <module>
`,
  '3.13': `Thread 0x00007f4048e3b6c0 (most recent call first):
  File "/py/lib/python3.13/threading.py", line 363 in wait
  File "/py/lib/python3.13/threading.py", line 659 in wait
  File "/py/lib/python3.13/threading.py", line 1340 in run
  File "/py/lib/python3.13/threading.py", line 1041 in _bootstrap_inner
  File "/py/lib/python3.13/threading.py", line 1012 in _bootstrap

Thread 0x00007f4049e3d6c0 (most recent call first):
  File "/tmp/fhprobe/t.py", line 7 in fetch
  File "/py/lib/python3.13/concurrent/futures/thread.py", line 58 in run
  File "/py/lib/python3.13/concurrent/futures/thread.py", line 92 in _worker
  File "/py/lib/python3.13/threading.py", line 992 in run
  File "/py/lib/python3.13/threading.py", line 1041 in _bootstrap_inner
  File "/py/lib/python3.13/threading.py", line 1012 in _bootstrap

Current thread 0x00007f404ac99b80 (most recent call first):
  File "/py/lib/python3.13/threading.py", line 1092 in join
  File "/py/lib/python3.13/concurrent/futures/thread.py", line 238 in shutdown
  File "/py/lib/python3.13/concurrent/futures/_base.py", line 647 in __exit__
  File "/tmp/fhprobe/t.py", line 9 in gr\\xfc\\xdfe
  File "/tmp/fhprobe/t.py", line 13 in <module>
`,
};

/** Python 3.14 as its documentation and source have it; none was at hand to write one. */
const newest = `Thread 0x00007f404ac99b80 [asyncio_0] (most recent call first):
  <no Python frame>

Thread 0x00007f404ac99b81 [a [b] c] (most recent call first):
  Garbage-collecting
  File "/work/shop/app/news.py", line 31 in fetch

Current thread 0x00007f404ac99b82 [python] (most recent call first):
  File "/work/shop/app/main.py", line 12 in main
  ...
`;

describe.each(Object.entries(real))('Python %s', (_version, text) => {
  const threads = parseFaulthandlerText(text);

  test('shows every thread, innermost frame first', () => {
    expect(isWholeFaulthandlerText(text)).toBe(true);
    expect(threads.map(({ frames }) => frames.length)).toEqual([
      5,
      6,
      text.includes('_wait_for_tstate_lock') ? 6 : 5,
    ]);
    expect(threads[1]?.frames[0]).toEqual({ function: 'fetch', file: '/tmp/fhprobe/t.py', line: 7 });
  });

  test('claims to know nothing that it does not say', () => {
    expect(threads.map(({ tid, name, ownsGil }) => ({ tid, name, ownsGil }))).toEqual(
      threads.map(() => ({ tid: null, name: null, ownsGil: false })),
    );
  });

  test('has names in their own letters', () => {
    expect(threads.at(-1)?.frames.at(-2)).toEqual({ function: 'grüße', file: '/tmp/fhprobe/t.py', line: 9 });
  });

  test.each([1, 2, 10])('is not whole without its last %s characters', (count) => {
    expect(isWholeFaulthandlerText(text.slice(0, -count))).toBe(false);
  });
});

describe('Python 3.14', () => {
  const threads = parseFaulthandlerText(newest);

  test('names its threads', () => {
    expect(threads.map(({ name }) => name)).toEqual(['asyncio_0', 'a [b] c', 'python']);
  });

  test('a thread without a Python frame is a thread', () => {
    expect(threads[0]?.frames).toEqual([]);
  });

  test('what is said between frames is none', () => {
    expect(threads[1]?.frames.map((frame) => frame.function)).toEqual(['fetch']);
    expect(threads[2]?.frames.map((frame) => frame.function)).toEqual(['main']);
    expect(isWholeFaulthandlerText(newest)).toBe(true);
  });

  test('a thread that collects garbage is known', () => {
    expect(threads.map(({ collectsGarbage }) => collectsGarbage)).toEqual([undefined, true, undefined]);
  });
});

const head = 'Current thread 0x00007f404ac99b80 (most recent call first):';

describe('what the backend chooses', () => {
  test.each([
    [
      '  File "/a "b", line 1 in c.py", line 7 in f',
      { file: '/a "b", line 1 in c.py', line: 7, function: 'f' },
    ],
    ['  File ???, line ??? in ???', { file: '?', line: 0, function: '???' }],
    ['  File "/a/\\u4e2d\\U0001f40d.py", line 7 in f', { file: '/a/中🐍.py', line: 7, function: 'f' }],
    [
      '  File "/a/\\x1b[2J\\x0a::error::.py", line 7 in f',
      { file: '/a/ [2J ::error::.py', line: 7, function: 'f' },
    ],
    ['  File "/a/\\Uffffffff.py", line 7 in f', { file: '/a/\\Uffffffff.py', line: 7, function: 'f' }],
  ])('%s', (line, expected) => {
    expect(parseFaulthandlerText(`${head}\n${line}\n`)[0]?.frames).toEqual([expected]);
  });

  test('a name has a bounded length', () => {
    const [thread] = parseFaulthandlerText(`${head}\n  File "/${'a'.repeat(5_000)}", line 7 in f\n`);
    expect(thread?.frames[0]?.file.length).toBeLessThan(500);
  });
});

test('of two answers in one text the later counts', () => {
  const text = `${head}\n  File "/a.py", line 1 in early\n${head}\n  File "/a.py", line 2 in late\n`;
  expect(parseFaulthandlerText(text).map(({ frames }) => frames)).toEqual([
    [{ function: 'late', file: '/a.py', line: 2 }],
  ]);
});

test.each(['', '\n', 'Segmentation fault\n', '  File "/a.py", line 1 in f\n'])('%j is refused', (text) => {
  expect(() => parseFaulthandlerText(text)).toThrow('no thread');
  expect(isWholeFaulthandlerText(text)).toBe(false);
});
