import { expect, test } from '@jest/globals';
import { taskGraphText } from '../../../../src/stacks/task-graph/text.ts';

test('tasks are written like the threads of a dump', () => {
  const tasks = [
    {
      id: '0x1',
      name: 'Task-1',
      stack: [{ function: 'main', file: '/app/main.py', line: 9 }],
      awaitedBy: [],
    },
    { id: '0x2', name: 'fetch', stack: [], awaitedBy: ['0x1', '0x9'] },
  ];
  expect(taskGraphText(tasks, 2)).toBe(
    [
      '2 older tasks are left out.',
      '',
      'Task 0x1 "Task-1"',
      '    main (/app/main.py:9)',
      '',
      'Task 0x2 "fetch", awaited by "Task-1", "0x9"',
      '',
    ].join('\n'),
  );
});
