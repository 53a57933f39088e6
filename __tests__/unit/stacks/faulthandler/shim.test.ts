import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { StackShim } from '../../../../src/stacks/faulthandler/shim.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'hang-gate-shim-test-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newPath = (folder: string) => join(folder, randomUUID());

test("comes before the user's own PYTHONPATH", async () => {
  await using shim = await StackShim.create(newPath(root));
  const environment = shim.addTo({ PATH: '/bin', PYTHONPATH: '/own/a:/own/b' });

  expect(environment).toEqual({
    PATH: '/bin',
    PYTHONPATH: `${shim.folder}:/own/a:/own/b`,
    HANG_GATE_STACKS_DIR: shim.folder,
    HANG_GATE_STACKS_SIGNAL: '41',
    HANG_GATE_TRACER: String(process.pid),
  });
});

test.each([{}, { PYTHONPATH: '' }])(
  'adds no empty entry, which would be the working directory: %j',
  async (own) => {
    await using shim = await StackShim.create(newPath(root));
    expect(shim.addTo(own)['PYTHONPATH']).toBe(shim.folder);
  },
);

test('its folder is named as the kernel names it', async () => {
  const link = join(root, 'link');
  symlinkSync(root, link);
  await using shim = await StackShim.create(newPath(link));

  expect(dirname(shim.folder)).toBe(root);
  expect(readdirSync(shim.folder)).toEqual(['sitecustomize.py']);
});

test('is gone afterwards', async () => {
  const shim = await StackShim.create(newPath(root));
  await shim[Symbol.asyncDispose]();

  expect(existsSync(shim.folder)).toBe(false);
});
