import { expect, test } from '@jest/globals';
import { hasTaskGraph, parseTaskGraphs, readTaskGraphs } from '../../../../src/stacks/task-graph/read.ts';

test.each([
  ['3.14', true],
  ['3.15', true],
  ['3.13', false],
  ['3.9', false],
  ['unknown', false],
  [null, false],
])('Python %s: %s', (python, expected) => {
  expect(hasTaskGraph(python)).toBe(expected);
});

const whole = JSON.stringify({
  pid: 7,
  omitted: 3,
  tasks: [
    { id: '0x1', name: 'evil\nname', stack: [{ function: 'f', file: 'a\u001b.py', line: 2 }], awaitedBy: [] },
  ],
});

test('each line is a process, and what the backend named stays one line', () => {
  expect(parseTaskGraphs(`${whole}\n{"pid": 8, "error": "RuntimeError: no tasks"}\n`)).toEqual([
    {
      pid: 7,
      error: null,
      omitted: 3,
      tasks: [
        {
          id: '0x1',
          name: 'evil name',
          stack: [{ function: 'f', file: 'a .py', line: 2 }],
          awaitedBy: [],
        },
      ],
    },
    { pid: 8, error: 'RuntimeError: no tasks', omitted: 0, tasks: [] },
  ]);
});

test('the half line of a reader that was killed is passed over', () => {
  expect(parseTaskGraphs(`${whole}\n${whole.slice(0, -2)}`).map(({ pid }) => pid)).toEqual([7]);
});

test('a process that is gone, and one that is no Python, are told as such', async () => {
  const gone = 2 ** 22 + 1;
  const readings = await readTaskGraphs([gone, process.pid]);
  expect(readings.map(({ pid, tasks }) => [pid, tasks])).toEqual([
    [gone, []],
    [process.pid, []],
  ]);
  expect(readings.map(({ error }) => error)).toEqual([
    'the process is gone or not ours to read',
    expect.any(String),
  ]);
});
