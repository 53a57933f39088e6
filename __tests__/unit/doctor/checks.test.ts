import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { judgeArtifactService } from '../../../src/doctor/checks/artifact-service.ts';
import { checks } from '../../../src/doctor/checks/index.ts';
import { judgeNode } from '../../../src/doctor/checks/node-version.ts';
import { judgeProxy } from '../../../src/doctor/checks/proxy.ts';
import { judgeInstallation, judgePySpy } from '../../../src/doctor/checks/py-spy.ts';
import { judgePython } from '../../../src/doctor/checks/python-version.ts';

test('every check has a name of its own and a title that fits its column', () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  expect(checks.filter(({ title }) => title.length > 9)).toEqual([]);
});

describe('Node', () => {
  test.each([
    ['22.18.9', 'problem'],
    ['22.9.0', 'problem'],
    ['22.19.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('%s', (version, status) => {
    expect(judgeNode(version)).toMatchObject({ status });
  });

  test('the oldest one is that of package.json', () => {
    const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
    expect(judgeNode('20.0.0').advice).toContain(`Node ${engines.node.replace('>=', '')} or newer`);
  });
});

describe('Python', () => {
  const python = { path: '/p', where: 'on PATH', implementation: 'cpython', freeThreaded: false };

  test.each([
    ['3.9.18', 'warning', 'use 3.10 or newer'],
    ['3.10.0', 'ok', null],
    ['3.14.2', 'ok', null],
    ['3.15.0', 'ok', null],
    ['3.16.0', 'warning', 'use 3.15'],
  ])('%s', (version, status, advice) => {
    const result = judgePython({ ...python, version });
    expect(result.status).toBe(status);
    if (advice) expect(result.advice).toContain(advice);
    else expect(result).toEqual({ status: 'ok', detail: `${version}, on PATH: /p`, advice: null });
  });

  test.each([{ implementation: 'pypy' }, { freeThreaded: true }])(
    'one that py-spy cannot read: %j',
    (other) => {
      expect(judgePython({ ...python, version: '3.13.0', ...other })).toMatchObject({ status: 'warning' });
    },
  );
});

describe('py-spy', () => {
  test.each<[string, string | undefined, string]>([
    ['0.4.3', '3.14.0', 'ok'],
    ['0.4.2', '3.14.0', 'ok'],
    ['0.4.1', '3.14.0', 'problem'],
    ['0.4.1', '3.13.0', 'warning'],
    ['0.4.3', '3.15.0', 'ok'],
    ['0.4.2', '3.15.0', 'problem'],
    ['0.4.3', '3.16.0', 'warning'],
    ['0.4.3', undefined, 'ok'],
    ['0.10.0', '3.14.0', 'ok'],
  ])('%s for Python %s', (version, pythonVersion, status) => {
    const found = { path: '/p', version, detail: `py-spy ${version} as given: /p` };
    expect(judgePySpy(found, pythonVersion)).toMatchObject({ status });
  });

  test('one that is missing would be installed where pip is', () => {
    const result = judgeInstallation({ outdated: [] }, 'python3', '/cache');
    expect(result).toMatchObject({ status: 'warning' });
    expect(result.detail).toMatch(
      /^not found; run would install [\d.]+ with the pip of python3 into \/cache$/,
    );
    expect(judgeInstallation({ outdated: [] }, undefined, '/cache')).toMatchObject({ status: 'problem' });
  });
});

describe('proxy', () => {
  test.each<[Record<string, string>, string, RegExp]>([
    [{}, 'ok', /^the gate's own is the only one/],
    [{ HTTPS_PROXY: 'http://corp:3128' }, 'ok', /http directly and https through http:\/\/corp:3128;/],
    [{ HTTPS_PROXY: 'http://corp:3128', NO_PROXY: '*' }, 'ok', /only one/],
    [{ HTTPS_PROXY: 'http://corp:3128', https_proxy: '' }, 'ok', /only one/],
    [{ HTTP_PROXY: 'socks5://corp:1080' }, 'warning', /http through socks5:\/\/corp:1080/],
    [{ HTTP_PROXY: 'http://' }, 'warning', /only one/],
    [{ ALL_PROXY: 'http://corp:3128' }, 'warning', /only one/],
  ])('%j', (env, status, detail) => {
    expect(judgeProxy(env)).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  test('its password is not shown', () => {
    const result = judgeProxy({ HTTPS_PROXY: 'http://user:secret@corp:3128' });
    expect(JSON.stringify(result)).not.toMatch(/user|secret/);
  });
});

describe('artifact service', () => {
  const service = { ACTIONS_RUNTIME_TOKEN: 'token', ACTIONS_RESULTS_URL: 'https://results' };

  test.each<[Record<string, string>, string, RegExp]>([
    [service, 'always', /uploads the report \(always\)/],
    [service, 'never', /switched off/],
    [{ ACTIONS_RUNTIME_TOKEN: 'token' }, 'always', /not on GitHub's runner/],
    [{ GITHUB_ACTIONS: 'true' }, 'always', /hidden from a `run:` step/],
  ])('%j, %s', (env, policy, detail) => {
    const result = judgeArtifactService(env, policy);
    expect(result).toEqual({ status: 'ok', detail: expect.stringMatching(detail), advice: null });
    expect(result.detail).not.toContain('token');
  });
});
