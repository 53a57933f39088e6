/** One comment on the pull request, written when the verdict changes and by nobody's leave but the workflow's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { copyAction } from '../support/runner/action-copy.ts';
import { fixtureCommand, type GateStep, runGateStep } from '../support/runner/gate-step.ts';
import { GitHubApi, ownLogin } from '../support/runner/github-api.ts';
import { linksOf } from '../support/runner/markdown-outline.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';

const action = copyAction();
const token = 'ghs_a-token-that-nobody-else-may-see';
const event = { pull_request: { number: 7 } };
const marker = /^<!-- hang-gate key=\w+ state=\w+ -->\n/;

let api: GitHubApi;
beforeAll(async () => {
  api = await GitHubApi.start();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  api.mode = 'ok';
  api.calls = [];
  api.comments.length = 0;
  api.authorizations.clear();
});

/** The shortest way to a verdict that is not green: `not-ready`. */
function step(inputs: Record<string, string> = {}, more: { event?: object } = { event }): Promise<GateStep> {
  return runGateStep({
    action,
    apiUrl: api.url,
    inputs: { command: 'exit 3', comment: 'on-change', 'github-token': token, ...inputs },
    ...more,
  });
}

test('a verdict that is not green is told once, and again only when it is another one', async () => {
  const red = await step();
  expect(red.outputs['reason']).toBe('not-ready');
  expect(api.comments).toHaveLength(1);
  const [comment] = api.comments;
  expect(comment?.body).toMatch(marker);
  expect(comment?.body).toContain('**⚠️ hang-gate: inconclusive, not-ready**');
  expect(linksOf(comment?.body ?? '')).toContainEqual([
    'the run with its summary',
    'https://github.com/octo/news/actions/runs/4711',
  ]);

  api.calls = [];
  await step();
  expect(api.calls).toEqual(['GET']);

  api.calls = [];
  const green = await step({ command: fixtureCommand('healthy.py', '{port}') });
  expect(green.outputs['verdict']).toBe('pass');
  expect(api.calls).toEqual(['GET', 'PATCH']);
  expect(api.comments).toHaveLength(1);
  expect(comment?.body).toContain('**✅ hang-gate: pass, healthy**');
});

test('a green run without a comment stays without one', async () => {
  const green = await step({ command: fixtureCommand('healthy.py', '{port}') });
  expect(green.outputs['verdict']).toBe('pass');
  expect(api.calls).toEqual(['GET']);
});

test('legs of a matrix each have theirs', async () => {
  await Promise.all([step({ 'comment-key': '3.12' }), step({ 'comment-key': '3.13' })]);
  expect(api.comments.map(({ body }) => /\(<code>(.*?)<\/code>\)/.exec(body)?.[1]).sort()).toEqual([
    '3.12',
    '3.13',
  ]);
});

test('the own comment is found on a later page, and that of somebody who copied its marker is left alone', async () => {
  await step();
  const body = api.comments[0]?.body ?? '';
  const old = body.replace(/state=\w+/, 'state=before');
  api.comments.length = 0;
  const copied = api.add('mallory', old);
  const quoted = api.add(ownLogin, `> ${old}`);
  for (let index = 0; index < 230; index += 1) api.add(`reader-${index}`, 'looks good');
  const own = api.add(ownLogin, old);
  api.calls = [];

  await step();
  expect(api.calls).toEqual(['GET', 'GET', 'GET', 'PATCH']);
  expect(own.body.split('\n')[0]).toBe(body.split('\n')[0]);
  expect([copied.body, quoted.body]).toEqual([old, `> ${old}`]);
});

describe('without the right to comment', () => {
  test.each([['read-only'], ['no-access']] as const)(
    '(%s) the log says so, and that is all',
    async (mode) => {
      api.mode = mode;
      const run = await step();
      expect(run).toMatchObject({ exitCode: 125, outputs: { reason: 'not-ready' }, leftBehind: [] });
      expect(run.log).toContain('hang-gate: no comment, since the token may not write one');
      expect(run.annotations).toHaveLength(1);
    },
  );
});

test.each([
  ['answers 500', 'broken', /the comment report failed: Server Error/, 8_000],
  ['never answers', 'hang', /the comment report failed: GitHub gave no answer within 10 s/, 20_000],
] as const)('when GitHub %s, the verdict stands and the step ends', async (_, mode, said, longestMs) => {
  api.mode = mode;
  const run = await step();
  expect(run).toMatchObject({ exitCode: 125, outputs: { reason: 'not-ready' }, leftBehind: [] });
  expect(run.log).toMatch(said);
  expect(run.annotations).toHaveLength(1);
  expect(run.wallMs).toBeLessThan(longestMs);
});

test('a run that belongs to no pull request asks for nothing', async () => {
  const run = await step({}, { event: { ref: 'refs/heads/main' } });
  expect(run.log).toContain('this run belongs to no pull request');
  expect(api.calls).toEqual([]);
});

test('is not written unless it is asked for, and not without a token', async () => {
  await step({ comment: '' });
  expect(api.calls).toEqual([]);
  const run = await step({ 'github-token': '' });
  expect(run.exitCode).toBe(2);
  expect(run.annotations).toMatchObject([
    { message: expect.stringContaining('"comment" needs "github-token"') },
  ]);
});

test('the token goes to GitHub and to nobody else', async () => {
  const environment = join(temporaryFolder('environment'), 'environ.json');
  const run = await step({ command: fixtureCommand('hostile_printer.py', environment) });
  expect([...api.authorizations]).toEqual([`token ${token}`]);
  expect(run.masks).toContain(token);
  expect(readFileSync(environment, 'utf8')).not.toContain(token);
  for (const name of ['evidence.json', 'result.json', 'summary.md'])
    expect(readFileSync(join(run.reportDir, name), 'utf8')).not.toContain(token);
  expect(run.log + run.summary + JSON.stringify(run.outputs)).not.toContain(token);
});

test('what a backend is named calls nobody and links to nothing', async () => {
  const run = await step({ command: fixtureCommand('hostile_frames.py', '{port}') });
  expect(run.outputs['reason']).toBe('loop-blocked');
  const body = api.comments[0]?.body ?? '';
  expect(linksOf(body).map(([text]) => text)).toEqual(['the run with its summary']);
  expect(body.replace(marker, '').replace(/<code>[^<]*<\/code>/g, '')).not.toMatch(
    /[<>]|@\w|:\/\/(?!github\.com\/&#)/,
  );
});
