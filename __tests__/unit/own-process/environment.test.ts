import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const module = join(import.meta.dirname, '../../../src/own-process/environment.ts');
/** Of a process of its own, since what was hidden stays so. */
const program = `
  import { readFileSync } from 'node:fs';
  import { hideFromOthers } from ${JSON.stringify(module)};
  hideFromOthers((name) => name.startsWith('SECRET'));
  const shown = readFileSync('/proc/self/environ', 'utf8').split('\\0').filter((entry) => /^(SECRET|OPEN)/.test(entry));
  const own = Object.entries(process.env).filter(([name]) => /^(SECRET|OPEN)/.test(name));
  console.log(JSON.stringify({ shown, own }));
`;

test('what is hidden is kept, and nothing else is touched', () => {
  const env = { SECRET_FIRST: 'abc', OPEN: 'secret', SECRET: 'déf=', OPEN_SECRET: 'ghi', SECRET_EMPTY: '' };
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env,
    encoding: 'utf8',
  });
  const { shown, own } = JSON.parse(stdout);
  expect(Object.fromEntries(own)).toEqual(env);
  expect(shown.sort()).toEqual([
    'OPEN=secret',
    'OPEN_SECRET=ghi',
    'SECRET=',
    'SECRET_EMPTY=',
    'SECRET_FIRST=',
  ]);
});
