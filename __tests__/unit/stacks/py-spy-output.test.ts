import { expect, test } from '@jest/globals';
import { parsePySpyJson } from '../../../src/stacks/py-spy-output.ts';

/** As py-spy 0.4.3 prints it. */
const main = {
  pid: 4_711,
  thread_id: 140_737_351_677_760,
  thread_name: 'MainThread',
  os_thread_id: 4_711,
  active: false,
  owns_gil: true,
  frames: [
    {
      name: 'ThreadPoolExecutor.shutdown',
      filename: '/usr/lib/python3.11/concurrent/futures/thread.py',
      module: null,
      short_filename: 'concurrent/futures/thread.py',
      line: 235,
      locals: null,
      is_entry: true,
      is_shim_entry: false,
    },
  ],
  process_info: null,
};
const parsed = {
  tid: 4_711,
  name: 'MainThread',
  ownsGil: true,
  frames: [
    {
      function: 'ThreadPoolExecutor.shutdown',
      file: '/usr/lib/python3.11/concurrent/futures/thread.py',
      line: 235,
    },
  ],
};

test.each([
  ['an array', [main], [parsed]],
  ['an object, as later versions may print', { threads: [main], asyncio_tasks: [] }, [parsed]],
  [
    'unknown ids and names',
    [{ ...main, os_thread_id: null, thread_name: null }],
    [{ ...parsed, tid: null, name: null }],
  ],
  ['a thread without frames', [{ frames: [] }], [{ tid: null, name: null, ownsGil: false, frames: [] }]],
  [
    'a native frame without a line',
    [{ ...main, frames: [{ name: 'epoll_wait', filename: '?' }] }],
    [{ ...parsed, frames: [{ function: 'epoll_wait', file: '?', line: 0 }] }],
  ],
])('%s', (_, output, expected) => {
  expect(parsePySpyJson(JSON.stringify(output))).toEqual(expected);
});

test('names are one line of a bounded length, since the backend chooses them', () => {
  const evil = `f\n::error::pwned\u001b[2J${'x'.repeat(5_000)}`;
  const frames = [{ name: evil, filename: evil, line: 1 }];
  const [thread] = parsePySpyJson(JSON.stringify([{ ...main, thread_name: evil, frames }]));
  for (const name of [thread?.name, thread?.frames[0]?.function, thread?.frames[0]?.file]) {
    expect(name).toMatch(/^f ::error::pwned [^\p{Cc}]+$/u);
    expect(name?.length).toBeLessThanOrEqual(400);
  }
});

test.each([
  ['nothing', ''],
  ['words', 'Error: Permission denied (os error 13)'],
  ['a cut text', JSON.stringify([main]).slice(0, -20)],
  ['no thread', '[]'],
  ['no thread in an object', '{"threads": []}'],
  ['another object', '{"error": "no"}'],
  ['null', 'null'],
  ['frames of another shape', JSON.stringify([{ frames: ['main'] }])],
])('%s is no dump', (_, text) => {
  expect(() => parsePySpyJson(text)).toThrow();
});
