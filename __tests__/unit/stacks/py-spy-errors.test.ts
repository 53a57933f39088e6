/** What py-spy 0.4.3 prints when it fails, and what is made of it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { pySpySource } from '../../../src/stacks/sources/py-spy.ts';

const folder = mkdtempSync(join(tmpdir(), 'hang-gate-py-spy-errors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Prints this to stderr and fails; counts how often it was called. */
function failing(stderr: string) {
  const path = join(folder, `py-spy-${Math.random().toString(36).slice(2)}`);
  writeFileSync(path, `#!/bin/sh\ncat >&2 <<'END'\n${stderr}\nEND\nexit 1\n`, { mode: 0o755 });
  return pySpySource(path);
}

const suspended = `Error: Failed to get stack traces

Caused by:
    0: Failed to suspend process
    1: EPERM: Operation not permitted

Stack backtrace:
   0: Failed to copy what is no cause`;

test.each([
  [
    'a refusal, the reason of which stands last',
    suspended,
    'denied',
    /suspend process .*EPERM: Operation not permitted$/,
  ],
  [
    'a thread that came or went',
    'Error: Failed to get stack traces\n\nCaused by:\n    0: Failed to copy PyCodeObject\n    1: Bad address (os error 14)',
    'passing',
    /Failed to copy PyCodeObject/,
  ],
  ['anything else', 'Error: Unsupported version of Python: 4.2.0', 'useless', /Unsupported version/],
])('%s', async (_, stderr, kind, message) => {
  await expect(failing(stderr).dump(process.pid, 5_000)).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(message),
  });
});

test('a process that is gone', async () => {
  const child = spawn('true');
  await new Promise((resolve) => child.once('close', resolve));
  await expect(failing('Error: No such file or directory').dump(child.pid ?? 0, 5_000)).rejects.toMatchObject(
    {
      kind: 'passing',
    },
  );
});
