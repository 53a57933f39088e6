import { expect, test } from '@jest/globals';
import { repositoryUrl } from '../../../src/reporters/github/repository-url.ts';
import { runUrl } from '../../../src/reporters/github/run-url.ts';

const action = { GITHUB_ACTION_REPOSITORY: 'octo/hang-gate', GITHUB_ACTION_REF: 'v1' };

test.each([
  [action, 'https://github.com/octo/hang-gate/blob/v1'],
  [{ ...action, GITHUB_SERVER_URL: 'https://ghe.example' }, 'https://ghe.example/octo/hang-gate/blob/v1'],
  [{ ...action, GITHUB_ACTION_REF: 'release/1.x' }, 'https://github.com/octo/hang-gate/blob/release/1.x'],
  // An Action of the workflow's own workspace (`uses: ./`) has neither.
  [{}, undefined],
  [{ GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' }, undefined],
  [{ ...action, GITHUB_ACTION_REF: 'x) [evil](http://e' }, undefined],
  [{ ...action, GITHUB_ACTION_REPOSITORY: 'octo' }, undefined],
])('%j', (env, expected) => {
  expect(repositoryUrl(env)).toBe(expected);
});

const run = { GITHUB_REPOSITORY: 'octo/news', GITHUB_RUN_ID: '4711' };

test.each([
  [run, 'https://github.com/octo/news/actions/runs/4711'],
  [{ ...run, GITHUB_SERVER_URL: 'https://ghe.example' }, 'https://ghe.example/octo/news/actions/runs/4711'],
  [{}, undefined],
  [{ ...run, GITHUB_RUN_ID: '4711) [evil](http://e' }, undefined],
])('the run of %j', (env, expected) => {
  expect(runUrl(env)).toBe(expected);
});
