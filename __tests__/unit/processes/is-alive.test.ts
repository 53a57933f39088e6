import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

test('a process that has no descriptor left to look with takes nobody for dead', () => {
  const module = join(import.meta.dirname, '../../../src/processes/process-table.ts');
  const code = `
    import { closeSync, openSync } from 'node:fs';
    import { isAlive, readProcessEntry } from ${JSON.stringify(module)};
    const own = readProcessEntry(process.pid);
    const held = [];
    try { for (;;) held.push(openSync('/dev/null')); } catch (error) { var { code } = error; }
    const alive = isAlive(own);
    for (const file of held) closeSync(file);
    console.log(code, alive, isAlive(own), isAlive({ ...own, startTicks: 1 }), isAlive({ pid: 2 ** 22, startTicks: 1 }));`;
  const { stdout } = spawnSync(
    '/bin/sh',
    ['-c', `ulimit -n 64; exec '${process.execPath}' --input-type=module --eval "$CODE"`],
    { encoding: 'utf8', env: { ...process.env, CODE: code, NODE_OPTIONS: '' } },
  );
  expect(stdout).toBe('EMFILE true true false false\n');
});
