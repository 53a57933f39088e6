/** What is taken for the result of an earlier run, and what is an error. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readBaseline } from '../../src/baseline/read-baseline.ts';
import { judge } from '../../src/verdict/judge.ts';
import { makeEvidence } from '../support/make-evidence.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';
import { linesOf, settingsOf } from '../support/settings.ts';

const result = judge(makeEvidence());
const workspace = temporaryFolder('baseline');
const read = (path: string, settings: Record<string, unknown> = {}) =>
  readBaseline(settingsOf({ baseline: path, ...settings }), workspace);
const place = (path: string, content: unknown) => {
  const file = join(workspace, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
};
const complaint = (path: string) =>
  read(path).then(
    () => 'nothing was wrong',
    (error: unknown) => linesOf(error).join('\n'),
  );

test('none is read where none is named', async () => {
  expect(await readBaseline(settingsOf(), workspace)).toBeUndefined();
});

test.each([
  ['a file', 'a/result.json', 'a/result.json'],
  ['a folder', 'b/result.json', 'b'],
  ['a folder of the only downloaded artifact', 'c/hang-gate-test-1-abc/result.json', 'c'],
])('%s', async (_, file, path) => {
  place(file, result);
  expect(await read(path, { 'new-only': 'true' })).toMatchObject({
    path,
    newOnly: true,
    result: { verdict: 'pass', settings: result.settings, probes: [{ path: '/' }, { path: '/health' }] },
  });
});

test('it is kept short, since it becomes a part of the evidence', async () => {
  const finding = { ...judge(makeEvidence({ streams: [] })).findings[0], message: 'x'.repeat(5_000) };
  place('long.json', {
    ...result,
    findings: Array.from({ length: 500 }, () => finding),
    stalls: Array.from({ length: 500 }, (_, index) => ({
      pid: 1,
      startMs: 0,
      durationMs: index,
      firstDumpMs: null,
    })),
  });
  const baseline = await read('long.json');
  expect(JSON.stringify(baseline).length).toBeLessThan(150_000);
  expect(baseline?.result.stalls).toEqual([{ durationMs: 499 }]);
});

test.each<[string, string, unknown, RegExp]>([
  ['a missing file', 'nowhere.json', undefined, /"nowhere\.json": there is no such file or folder; it takes/],
  ['a folder without one', 'empty', 'folder', /"empty": no result\.json is in it/],
  ['no JSON', 'text.json', 'secret text', /it is no JSON/],
  ['another kind of JSON', 'list.json', [1], /it has schemaVersion undefined/],
  ['null', 'null.json', null, /it has schemaVersion undefined/],
  [
    'another schema',
    'new.json',
    { ...result, schemaVersion: 2 },
    /it has schemaVersion 2, and this version reads 1/,
  ],
  ['one of an older version', 'old.json', { ...result, settings: undefined }, /at settings\); make it anew/],
  [
    'another stream',
    'stream.json',
    { ...result, settings: { ...result.settings, stream: 'POST /chat' } },
    /it was made with stream "POST \/chat" and not "GET \/news\/stream"/,
  ],
  [
    'other settings',
    'settings.json',
    { ...result, settings: { ...result.settings, clients: 50, deadlineMs: 9_000 } },
    /deadlineMs 9000 and not 5000, clients 50 and not 5/,
  ],
])('%s is an error that says so', async (_, path, content, expected) => {
  if (content === 'folder') mkdirSync(join(workspace, path));
  else if (content !== undefined) place(path, content);
  const said = await complaint(path);
  expect(said).toMatch(expected);
  expect(said).not.toContain('secret');
});

test('several artifacts are an error that says so', async () => {
  place('many/one/result.json', result);
  place('many/two/result.json', result);
  expect(await complaint('many')).toMatch(/2 folders in it hold a result\.json; name one of them/);
});
