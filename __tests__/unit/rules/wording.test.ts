import { describe, expect, test } from '@jest/globals';
import {
  counted,
  joined,
  libraryCall,
  location,
  place,
  routes,
  seconds,
} from '../../../src/rules/wording.ts';
import { frame } from '../../support/make-evidence.ts';

test.each([
  [0, '0 ms'],
  [12.4, '12 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [5_049, '5.0 s'],
  [61_500, '61.5 s'],
])('%d ms is %s', (ms, expected) => {
  expect(seconds(ms)).toBe(expected);
});

test('lists read like sentences', () => {
  expect(joined([])).toBe('');
  expect(joined(['a'])).toBe('a');
  expect(joined(['a', 'b', 'c'])).toBe('a, b and c');
  expect(routes(['/', '/health', '/'])).toBe('`/` and `/health`');
  expect([counted(1, 'dump'), counted(0, 'dump'), counted(2, 'dump')]).toEqual([
    '1 dump',
    '0 dumps',
    '2 dumps',
  ]);
});

describe('a place', () => {
  const gate = { gate: { workspace: '/work/shop' } } as Parameters<typeof location>[1];
  test.each([
    ['/work/shop/app/main.py', 'app/main.py'],
    ['/work/shop', '/work/shop'],
    ['/work/shopping/app.py', '/work/shopping/app.py'],
    ['/opt/plugin.py', '/opt/plugin.py'],
  ])('%s is shown as %s', (file, expected) => {
    expect(location(frame('f', file, 7), gate)).toEqual({ file: expected, line: 7, function: 'f' });
    expect(place(frame('f', file, 7), gate)).toBe(`${expected}:7`);
  });
});

test.each([
  ['/work/shop/.venv/lib/python3.11/site-packages/requests/api.py', '`get` (requests/api.py)'],
  ['/usr/lib/python3/dist-packages/requests/api.py', '`get` (requests/api.py)'],
  ['/usr/lib/python3.13t/queue.py', '`get` (queue.py)'],
  ['C:\\x\\site-packages\\requests\\api.py', '`get` (requests/api.py)'],
])('%s is called %s', (file, expected) => {
  expect(libraryCall(frame('get', file))).toBe(expected);
});
