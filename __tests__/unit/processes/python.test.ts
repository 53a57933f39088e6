import { expect, test } from '@jest/globals';
import { type ProgramFacts, pythonIn } from '../../../src/processes/python.ts';

const facts = (overrides: Partial<ProgramFacts>): ProgramFacts => ({
  ...{ executable: '/usr/bin/python3.11', maps: '', name: 'python3.11', commandLine: 'python3.11 app.py' },
  ...overrides,
});

test.each<[string, Partial<ProgramFacts>, string | null]>([
  ['by its executable', {}, '3.11'],
  ['by its executable, whatever it calls itself', { name: 'uvicorn', commandLine: 'news: worker' }, '3.11'],
  ['by its library', { executable: '/opt/app/server', maps: '7f00 /usr/lib/libpython3.13.so.1.0' }, '3.13'],
  ['an updated one', { executable: '/usr/bin/python3.12 (deleted)' }, '3.12'],
  ['another program', { executable: '/bin/sh', name: 'python', commandLine: 'python' }, null],
  ['that of another user', { executable: undefined, maps: undefined }, 'unknown'],
  [
    'a server of another user',
    { executable: undefined, name: 'gunicorn: maste', commandLine: 'gunicorn: master [app]' },
    'unknown',
  ],
  [
    'a program of another user',
    { executable: undefined, name: 'nginx', commandLine: 'nginx: master process' },
    null,
  ],
  ['a dead one', { executable: undefined, name: 'python3', commandLine: '' }, null],
])('%s', (_, overrides, version) => {
  expect(pythonIn(facts(overrides))).toBe(version);
});
