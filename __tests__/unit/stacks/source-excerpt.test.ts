import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readExcerpt } from '../../../src/stacks/source-excerpt.ts';
import { frame } from '../../support/make-evidence.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'hang-gate-excerpt-')));
afterAll(() => rmSync(root, { recursive: true }));
const workspace = join(root, 'shop');
for (const folder of ['shop', 'shop-2', 'shop/folder.py', 'elsewhere']) mkdirSync(join(root, folder));
const lines = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`);
const write = (name: string, content = lines.join('\n')) => {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
};
const main = write('shop/main.py');
const outside = write('outside.py');
const excerpt = (file: string, line = 5) => readExcerpt(frame('f', file, line), [workspace]);

test.each([
  [1, 1, ['line 1', 'line 2', 'line 3', 'line 4']],
  [5, 2, ['line 2', 'line 3', 'line 4', 'line 5', 'line 6', 'line 7', 'line 8']],
  [10, 7, ['line 7', 'line 8', 'line 9', 'line 10']],
])('three lines around line %d', (line, firstLine, expected) => {
  expect(excerpt(main, line)).toEqual({ file: main, firstLine, lines: expected });
});

test('long lines are cut', () => {
  const [only] = excerpt(write('shop/long.py', 'x'.repeat(500)), 1)?.lines ?? [];
  expect(only).toHaveLength(200);
});

test('a link inside the folder is followed', () => {
  const link = join(workspace, 'inside-link.py');
  symlinkSync(main, link);
  expect(excerpt(link)?.file).toBe(link);
});

test('the folder itself may be a link', () => {
  const link = join(root, 'link-to-shop');
  symlinkSync(workspace, link);
  expect(readExcerpt(frame('f', main, 5), [link])?.firstLine).toBe(2);
});

test.each<[string, string | (() => string)]>([
  ['another folder', outside],
  ['a way out of the folder', join(workspace, '..', 'outside.py')],
  ['a folder whose name begins alike', () => write('shop-2/main.py')],
  ['another kind of file', () => write('shop/.env', 'SECRET=1')],
  ['a file that is not there', join(workspace, 'none.py')],
  ['a folder', join(workspace, 'folder.py')],
  ['a huge file', () => write('shop/huge.py', 'x'.repeat(2 * 1024 * 1024 + 1))],
  ['code without a file', '<string>'],
  ['a device', '/dev/zero'],
])('%s is not read', (_, file) => {
  expect(excerpt(typeof file === 'string' ? file : file(), 1)).toBeUndefined();
});

test('an unknown line has no excerpt', () => {
  expect(excerpt(main, 0)).toBeUndefined();
});

test('a link out of the folder is not followed', () => {
  const link = join(workspace, 'link.py');
  symlinkSync(outside, link);
  expect(excerpt(link)).toBeUndefined();
});

test('a folder that is a link out of the workspace is not followed', () => {
  write('elsewhere/main.py');
  symlinkSync(join(root, 'elsewhere'), join(workspace, 'vendor'));
  expect(excerpt(join(workspace, 'vendor', 'main.py'))).toBeUndefined();
});

test('a link named .py to another kind of file is not followed', () => {
  const link = join(workspace, 'config.py');
  symlinkSync(write('shop/git-config', 'token = x'), link);
  expect(excerpt(link, 1)).toBeUndefined();
});

test('a line behind the end has no excerpt', () => {
  expect(excerpt(main, 99)).toBeUndefined();
});
