/** Colour is for terminals, and for those who ask for it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loopThread, makeHang, silenceDumps, stack } from '../support/make-evidence.ts';
import { repository } from '../support/runner/action-copy.ts';
import { testPython } from '../support/runner/gate-step.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';

const folder = join(temporaryFolder('colour'), 'report');
mkdirSync(folder);
writeFileSync(
  join(folder, 'evidence.json'),
  JSON.stringify(makeHang({ dumps: silenceDumps([loopThread(stack.blockedInExecutorExit311())]) })),
);
const words = [
  process.execPath,
  join(repository, 'dist', 'cli.cjs'),
  'diagnose',
  join(folder, 'evidence.json'),
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const colour = /\x1b\[\d+m/;

describe.each([
  ['a pipe', words],
  ['a terminal', [testPython(), '-c', 'import pty, sys; pty.spawn(sys.argv[1:])', ...words]],
])('on %s', (where, [program = '', ...args]) => {
  test.each([
    ['nothing', {}, where === 'a terminal'],
    ['NO_COLOR', { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, where === 'a terminal'],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, false],
  ])('with %s', (_, env, expected) => {
    const { CI: _ci, FORCE_COLOR: _force, NO_COLOR: _no, ...own } = process.env;
    const { stdout } = spawnSync(program, args, {
      env: { ...own, TERM: 'xterm-256color', ...env },
      encoding: 'utf8',
    });
    expect(stdout).toContain('FAIL loop-blocked');
    expect(colour.test(stdout)).toBe(expected);
  });
});
