import { expect, test } from '@jest/globals';
import { type Check, type CheckContext, type CheckResult, ok, problem } from '../../../src/doctor/check.ts';
import { printResult, printSummary } from '../../../src/doctor/lines.ts';
import { runChecks } from '../../../src/doctor/run-checks.ts';
import { FakeTerminal } from '../../support/fake-terminal.ts';

const check = (title: string, run: () => CheckResult | Promise<CheckResult>): Check => ({
  id: title,
  title,
  run,
});

test('checks run in their order, and one that throws is a problem without a stack trace', async () => {
  const stream = new FakeTerminal();
  const list = [
    check('first', async () => ok('fine')),
    check('second', () => {
      throw new Error('broken\n##[error]::error::');
    }),
    check('third', async () => problem('bad', 'Mend it.')),
  ];
  const statuses = await runChecks(list, {} as CheckContext, (one, result) =>
    printResult(stream.asStdout, one, result),
  );
  expect(statuses).toEqual(['ok', 'problem', 'problem']);
  expect(stream.text.split('\n')).toEqual([
    '  ✓ first     fine',
    '  ✗ second    broken ## [error]::error::',
    '  ✗ third     bad',
    '              → Mend it.',
    '',
  ]);
});

test('long lines are broken below their beginning', () => {
  const stream = new FakeTerminal({ columns: 40 });
  printResult(
    stream.asStdout,
    check('long', () => ok('')),
    problem('word '.repeat(8).trim(), 'advice '.repeat(5).trim()),
  );
  expect(stream.text.split('\n')).toEqual([
    '  ✗ long      word word word word word',
    '              word word word',
    '              → advice advice advice',
    '                advice advice',
    '',
  ]);
});

test.each([
  [['ok', 'ok'], 'Nothing is missing.'],
  [['ok', 'warning'], 'A run can begin; read the lines marked ! before you rely on it.'],
  [['problem', 'warning'], 'One thing stands in the way of a run.'],
  [['problem', 'problem'], '2 things stand in the way of a run.'],
] as const)('%j', (statuses, expected) => {
  const stream = new FakeTerminal();
  printSummary(stream.asStdout, statuses);
  expect(stream.text).toBe(`\n  ${expected}\n`);
});
