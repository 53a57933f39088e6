/** What a free loop hides: a thread pool that the streams have used up. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type CliRun, expectNothingLeft, runApp, short } from '../support/cli/run-cli.ts';

const app = 'threads_used_up';

function outcomeOf({ exitCode, result }: CliRun) {
  return [exitCode, result?.verdict, result?.reason];
}

function probed({ result }: CliRun) {
  return result?.probes.map(({ path }) => path);
}

test('a route that worker threads serve is found, and its silence is a failure', async () => {
  const run = await runApp(app, short);
  expect(outcomeOf(run)).toEqual([1, 'fail', 'service-unresponsive']);
  expect(run.result?.message).toMatch(
    /^`\/items` did not answer .*the event loop was free.*threads_used_up\.py/,
  );
  expect(run.result?.probes).toMatchObject([
    { path: '/', missed: 0 },
    { path: '/health', missed: 0 },
    { path: '/items', missed: expect.any(Number) },
  ]);
  expect(run.result?.probes[2]?.missed).toBeGreaterThan(0);
  expect(run.evidence?.probeRoutes).toMatchObject([
    { path: '/', chosen: 'asked' },
    { path: '/health', chosen: 'asked' },
    { path: '/items', chosen: 'discovered', baselineStatus: 200 },
  ]);
  expect(inOneLine(run.stdout)).toMatch(/discover .* \/items is served by a worker thread and is probed too/);
  await expectNothingLeft(run);
});

test('a named one needs no search', async () => {
  const run = await runApp(app, [...short, '--sync-probe', '/items']);
  expect(outcomeOf(run)).toEqual([1, 'fail', 'service-unresponsive']);
  expect(run.result?.message).toMatch(/^`\/items` did not answer/);
  expect(run.evidence?.probeRoutes[2]).toMatchObject({ path: '/items', chosen: 'asked' });
  expect(run.stdout).not.toContain('discover');
});

test('with sync-probe off nothing else is asked, and only the next stream shows what is wrong', async () => {
  const run = await runApp(app, [...short, '--sync-probe', 'off']);
  expect(outcomeOf(run)).toEqual([1, 'fail', 'stream-refused']);
  expect(probed(run)).toEqual(['/', '/health']);
});

test('a healthy app passes and shows the probe, whose thread was there before', async () => {
  const run = await runApp(app, [...short, '--stream', '/ticks/stream', '--ready', '/items']);
  expect(outcomeOf(run)).toEqual([0, 'pass', 'healthy']);
  expect(run.result?.message).toMatch(/^`\/`, `\/health` and `\/items` answered every probe/);
  expect(probed(run)).toEqual(['/', '/health', '/items']);
  expect(run.result?.probes[2]?.count).toBeGreaterThan(5);
  const summary = readFileSync(join(run.reportDir, 'summary.md'), 'utf8');
  expect(summary).toContain('<code>/items</code> is served by a worker thread and is probed too');
});

test('an app without an OpenAPI document passes, with a note', async () => {
  const run = await runApp('stdlib_asyncio', short);
  expect(outcomeOf(run)).toEqual([0, 'pass', 'healthy']);
  expect(run.evidence?.syncRoute).toMatchObject({
    path: null,
    detail: expect.stringContaining('no OpenAPI document'),
  });
  expect(inOneLine(run.stdout)).toContain('no OpenAPI document was found');
});

/** What is printed is wrapped to the width of a log. */
function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
