import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CommandFileGuard } from '../../../src/reporters/github/command-files.ts';

let folder: string;
let env: Record<'GITHUB_STATE' | 'GITHUB_ENV', string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hang-gate-command-files-'));
  env = { GITHUB_STATE: join(folder, 'state'), GITHUB_ENV: join(folder, 'env') };
  writeFileSync(env.GITHUB_STATE, '');
  writeFileSync(env.GITHUB_ENV, 'A=1\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const entry = (name: string, value: string) => `${name}<<ghadelimiter_1\n${value}\nghadelimiter_1\n`;

test('what the gate saves stays', () => {
  const guard = new CommandFileGuard(env);
  guard.saveState(() => appendFileSync(env.GITHUB_STATE, entry('record', '{"a":1}')));
  guard.saveState(() => appendFileSync(env.GITHUB_STATE, entry('record', '{"a":2}')));

  expect(guard.reclaim()).toEqual([]);
  expect(readFileSync(env.GITHUB_STATE, 'utf8')).toBe(
    entry('record', '{"a":1}') + entry('record', '{"a":2}'),
  );
});

test.each<[string, (own: string) => void]>([
  [
    'into another file',
    (own) => {
      appendFileSync(env.GITHUB_STATE, own);
      appendFileSync(env.GITHUB_ENV, 'EVIL=1\n');
    },
  ],
  ['before it', (own) => appendFileSync(env.GITHUB_STATE, entry('record', 'evil') + own)],
  ['behind it', (own) => appendFileSync(env.GITHUB_STATE, own + entry('record', 'evil'))],
  ['in place of it', (own) => writeFileSync(env.GITHUB_STATE, `${own}evil`)],
])('what somebody writes %s, at the same moment, is told and does not stay', (_, write) => {
  const guard = new CommandFileGuard(env);
  guard.saveState(() => write(entry('record', '{"a":1}')));

  expect(guard.reclaim()).toHaveLength(1);
  expect(readFileSync(env.GITHUB_ENV, 'utf8')).toBe('A=1\n');
  expect(readFileSync(env.GITHUB_STATE, 'utf8')).not.toContain('evil');
});
