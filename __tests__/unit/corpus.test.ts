/** The corpus is complete, and whoever adds to it is told what is wrong with a case. */
import { describe, expect, test } from '@jest/globals';
import { type GroupName, groups, parseCase, readCorpus } from '../support/corpus/case.ts';

const corpus = readCorpus();

test.each(Object.keys(groups) as GroupName[])('%s has as many cases as it needs', (name) => {
  const cases = corpus.filter(({ group }) => group === name);
  expect(cases.length).toBeGreaterThanOrEqual(groups[name].atLeast);
});

test('every case has a name of its own', () => {
  const names = corpus.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test('every block names a line, but the one without a line of the app', () => {
  const unmarked = corpus.filter(
    ({ group, expected }) => group === 'blocked' && expected.culpritLine === null,
  );
  expect(unmarked.map(({ name, expected }) => [name, expected.rule])).toEqual([
    ['library_callback', 'unnamed'],
  ]);
});

const lines = (...values: string[]) => ['"""Does a thing.', '', ...values, '"""', 'pass'].join('\n');
const blocked = ['verdict: fail', 'reason: loop-blocked', 'rule: sleep'];

describe('parseCase', () => {
  test('reads what a case states', () => {
    const text = lines(
      ...blocked,
      'settings: --waves 3 --probes "/ /x"',
      'needs: redis',
      'server: {python} -m app',
    );
    expect(parseCase(`${text}  # culprit\n`, '/corpus/blocked/waits.py')).toEqual({
      group: 'blocked',
      name: 'waits',
      file: '/corpus/blocked/waits.py',
      sentence: 'Does a thing.',
      expected: { verdict: 'fail', reason: 'loop-blocked', rule: 'sleep', culpritLine: 10 },
      settings: ['--waves', '3', '--probes', '/ /x'],
      needs: ['redis'],
      server: ['{python}', '-m', 'app'],
    });
  });

  test.each([
    ['odd/a.py', lines(...blocked), 'its folder is none of blocked, '],
    ['blocked/a.py', 'import sys', 'does not begin with a docstring'],
    ['blocked/a.py', '"""verdict: fail"""', 'does not begin with a sentence'],
    ['blocked/a.py', lines('reason: loop-blocked', 'rule: sleep'), 'names no verdict'],
    ['blocked/a.py', lines('verdict: fail', 'rule: sleep'), 'names no reason'],
    ['blocked/a.py', lines('verdict: fail', 'reason: loop-blocked'), 'names no rule'],
    [
      'blocked/a.py',
      lines('verdict: pass', 'reason: healthy'),
      'its verdict is pass, that of blocked is fail',
    ],
    ['blocked/a.py', lines('verdict: fail', 'reason: leak', 'rule: leak'), 'its reason is leak'],
    ['healthy/a.py', lines('verdict: pass', 'reason: healthy', 'rule: sleep'), 'no rule decides'],
    ['blocked/a.py', lines(...blocked, 'speed: 3'), 'speed is none of verdict, '],
    ['blocked/a.py', lines(...blocked, 'rule: lock'), 'names rule twice'],
    ['blocked/a.py', lines(...blocked, 'and so on'), '"and so on" is no "key: value"'],
    ['blocked/a.py', lines(...blocked, 'needs: oracle'), 'needs oracle'],
    ['blocked/a.py', `${lines(...blocked)} # culprit\n# culprit`, 'more than one line'],
    ['healthy/a.py', `${lines('verdict: pass', 'reason: healthy')} # culprit`, 'although it does not fail'],
  ])('%s is refused: %#', (file, text, problem) => {
    expect(() => parseCase(text, `/corpus/${file}`)).toThrow(`${file}: `);
    expect(() => parseCase(text, `/corpus/${file}`)).toThrow(problem);
  });
});
