import { describe, expect, test } from '@jest/globals';
import { readFlags } from '../../../src/settings/flags.ts';
import { resolveSettings } from '../../../src/settings/resolve.ts';
import { complaintOf } from '../../support/settings.ts';

const settings = (...argv: string[]) => resolveSettings([readFlags([...argv, '--', 'python', 'app.py'])]);

test.each<[string[], Record<string, unknown>]>([
  [[], {}],
  [['--waves', '7'], { waves: '7' }],
  [['--waves=7'], { waves: '7' }],
  [['--waves', '7', '--waves', '8'], { waves: '8' }],
  [['--probes', '/a', '--probes', '/b'], { probes: ['/a', '/b'] }],
  [['--env', 'A=1', '--env=B=2'], { env: ['A=1', 'B=2'] }],
  [['--stream-body=-'], { 'stream-body': '-' }],
  [['--', 'python', '-m', 'app'], { command: ['python', '-m', 'app'] }],
  [['--waves', '7', '--', 'sh', '--', '--waves', '8'], { waves: '7', command: ['sh', '--', '--waves', '8'] }],
  [['--waves', '7', '--'], { waves: '7' }],
])('%j', (argv, values) => {
  expect(readFlags(argv).values).toEqual(values);
});

test('the command keeps its words', () => {
  expect(settings().command).toEqual({ kind: 'argv', argv: ['python', 'app.py'] });
});

test('a flag that takes a list may be repeated', () => {
  expect(settings('--abort', 'reset', '--abort', 'close').abort).toEqual(['reset', 'close']);
});

describe('one clear line for', () => {
  test.each([
    ['an unknown flag', ['--probs', '/'], 'unknown flag --probs; did you mean "probes"?'],
    ['an unknown flag far from all', ['--verbosity', '3'], 'unknown flag --verbosity'],
    ['a short flag', ['-v'], expect.stringMatching(/^unknown flag -v\b/)],
    [
      'a missing value',
      ['--deadline'],
      'flag --deadline needs a value; write --deadline VALUE, or --deadline=VALUE when it begins with a dash',
    ],
    [
      'a flag in the place of a value',
      ['--deadline', '--waves', '3'],
      'flag --deadline needs a value; write --deadline VALUE, or --deadline=VALUE when it begins with a dash',
    ],
    [
      'an unexpected word',
      ['uvicorn', 'app:app'],
      'unexpected word "uvicorn"; the backend\'s command goes after --, such as `hang-gate run -- uvicorn`',
    ],
  ])('%s', (_, argv, expected) => {
    expect(complaintOf(() => readFlags(argv))).toEqual([expected]);
  });

  test('a wrong value names the flag', () => {
    expect(complaintOf(() => settings('--waves', '0'))).toEqual([
      'setting "waves" (flag --waves) got "0"; it takes a whole number from 1 to 1000',
    ]);
  });

  test('no command', () => {
    expect(complaintOf(() => resolveSettings([readFlags(['--waves', '3'])]))[0]).toMatch(
      /^setting "command" is missing: .* `hang-gate run -- python -m uvicorn app\.main:app --port \{port\}`, or name one that already runs with "url" or "pid"$/,
    );
  });
});
