import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { AttachedBackend } from '../../src/backend/attached-backend.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { settingsOf } from '../support/settings.ts';
import { recorderOf } from './support/parts.ts';
import { netServer } from './support/servers.ts';

/** Of this very process, which listens. */
async function pidsAt(host: string): Promise<number[]> {
  const { port } = await netServer(() => {});
  const settings = settingsOf({ command: undefined, url: `http://${host}:${port}` });
  const plan = makePlan(settings, undefined, undefined, tmpdir());
  await using backend = new AttachedBackend(plan, recorderOf(plan));
  return backend.listProcesses(plan).map(({ pid }) => pid);
}

test('whoever listens on the port is the backend on this machine only', async () => {
  expect(await pidsAt('127.0.0.1')).toContain(process.pid);
  expect(await pidsAt('localhost')).toContain(process.pid);
  expect(await pidsAt('203.0.113.7')).toEqual([]);
  expect(await pidsAt('staging')).toEqual([]);
});
