import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const module = join(import.meta.dirname, '../../../src/own-process/end-process.ts');

test.each([
  ['with nothing under way', ''],
  ['while a name is looked up', "lookup('news.invalid', () => console.log('found'));"],
])('ends with its code, %s', (_, before) => {
  const code = `
    import { lookup } from 'node:dns';
    import { endProcess } from ${JSON.stringify(module)};
    process.on('exit', (code) => console.log('ended with', code));
    ${before}
    console.log('here');
    endProcess(7);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect([status, stdout, stderr]).toEqual([7, 'here\nended with 7\n', '']);
});
