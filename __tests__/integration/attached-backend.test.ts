import { expect, test } from '@jest/globals';
import { AttachedBackend } from '../../src/backend/attached-backend.ts';
import { planRun } from '../../src/plan-run.ts';
import { settingsOf } from '../support/settings.ts';
import { recorderOf } from './support/parts.ts';
import { netServer } from './support/servers.ts';

/** Of this very process, which listens. */
async function pidsAt(host: string): Promise<number[]> {
  const { port } = await netServer(() => {});
  const plan = await planRun(settingsOf({ command: undefined, url: `http://${host}:${port}` }), '/');
  await using backend = new AttachedBackend(plan, recorderOf(plan));
  return backend.listProcesses(plan).map(({ pid }) => pid);
}

test.each(['127.0.0.1', 'localhost', 'api.localhost'])(
  'at %s is whoever listens on the port',
  async (host) => {
    expect(await pidsAt(host)).toContain(process.pid);
  },
);

test.each(['203.0.113.7', 'staging.invalid'])('at %s is nobody of this machine', async (host) => {
  expect(await pidsAt(host)).toEqual([]);
});
