/** Dumps hold no values of variables, as the README promises. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { pySpySource } from '../../../src/stacks/sources/py-spy.ts';

const folder = mkdtempSync(join(tmpdir(), 'hang gate py-spy '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('py-spy is asked for nothing but the dump of one process', async () => {
  const [program, calls] = [join(folder, 'py-spy'), join(folder, 'calls')];
  writeFileSync(program, `#!/bin/sh\necho "$@" >> '${calls}'\necho '[{"frames": []}]'\n`);
  chmodSync(program, 0o755);
  const source = pySpySource(program);
  await source.dump(4711, 5_000);
  await source.dumpText?.(4711, 5_000);
  expect(readFileSync(calls, 'utf8')).toBe('dump --pid 4711 --json\ndump --pid 4711\n');
});
