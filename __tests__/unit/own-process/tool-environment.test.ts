import { expect, test } from '@jest/globals';
import { installEnvironment, toolEnvironment } from '../../../src/own-process/tool-environment.ts';

const own = {
  PATH: '/usr/bin',
  HOME: '/home/me',
  HTTPS_PROXY: 'http://me:secret@proxy',
  PIP_INDEX_URL: 'https://secret@index.example.org',
  GITHUB_TOKEN: 'secret',
  ACTIONS_RUNTIME_TOKEN: 'secret',
};

test('a program that a pull request may bring sees no password', () => {
  expect(toolEnvironment(own)).toEqual({ PATH: '/usr/bin', HOME: '/home/me' });
});

test('pip sees the way to its index, and no token of the job', () => {
  const { GITHUB_TOKEN: _token, ACTIONS_RUNTIME_TOKEN: _other, ...rest } = own;
  expect(installEnvironment(own)).toEqual(rest);
});
