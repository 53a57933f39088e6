import { describe, expect, test } from '@jest/globals';
import { backendEnvironment } from '../../../src/backend/environment.ts';
import { markVariable } from '../../../src/processes/terminate.ts';

const environment = (own: Record<string, string | undefined>, added: Record<string, string> = {}) =>
  backendEnvironment({
    own,
    added,
    proxyUrl: 'http://127.0.0.1:3128',
    runId: 'run-1',
    workingDirectory: '/work/shop/api',
  });

describe('of the own environment', () => {
  test.each([
    ['PATH'],
    ['HOME'],
    ['LANG'],
    ['LC_ALL'],
    ['TZ'],
    ['VIRTUAL_ENV'],
    ['PYTHONPATH'],
    ['PYENV_ROOT'],
    ['pythonLocation'],
    ['LD_LIBRARY_PATH'],
    ['UV_CACHE_DIR'],
    ['CONDA_PREFIX'],
    ['SSL_CERT_FILE'],
    ['XDG_CACHE_HOME'],
  ])('%s passes', (name) => {
    const { LANG, ...rest } = environment({ [name]: 'x' });
    expect({ LANG, ...rest }).toHaveProperty([name], 'x');
  });

  test.each([
    ['ACTIONS_RUNTIME_TOKEN'],
    ['ACTIONS_ID_TOKEN_REQUEST_URL'],
    ['ACTIONS_RESULTS_URL'],
    ['INPUT_COMMAND'],
    ['INPUT_ENV'],
    ['GITHUB_TOKEN'],
    ['GITHUB_ENV'],
    ['GITHUB_OUTPUT'],
    ['GITHUB_PATH'],
    ['GITHUB_STEP_SUMMARY'],
    ['GH_TOKEN'],
    ['NPM_TOKEN'],
    ['NODE_AUTH_TOKEN'],
    ['AWS_SECRET_ACCESS_KEY'],
    ['DATABASE_URL'],
    ['NODE_OPTIONS'],
    ['SSH_AUTH_SOCK'],
    ['MY_PATH'],
    ['PATH_TO_TOKEN'],
    ['HTTP_PROXY_PASSWORD'],
  ])('%s does not', (name) => {
    expect(environment({ [name]: 'secret' })).not.toHaveProperty([name]);
  });

  test('a variable without a value does not', () => {
    expect(environment({ PATH: undefined })).not.toHaveProperty('PATH');
  });

  test.each([
    ['PYPI_TOKEN'],
    ['PYPI_API_TOKEN'],
    ['PYPI_PASSWORD'],
    ['PYANNOTE_AUTH_TOKEN'],
    ['UV_PUBLISH_TOKEN'],
    ['UV_INDEX_PRIVATE_PASSWORD'],
    ['POETRY_PYPI_TOKEN_PYPI'],
    ['POETRY_HTTP_BASIC_PRIVATE_PASSWORD'],
    ['HATCH_INDEX_AUTH'],
    ['PDM_PUBLISH_PASSWORD'],
    ['CONDA_TOKEN'],
  ])('the secret %s does not', (name) => {
    expect(environment({ [name]: 'secret' })).not.toHaveProperty([name]);
  });
});

test('the gate adds its own', () => {
  expect(environment({})).toEqual({
    PWD: '/work/shop/api',
    PYTHONUNBUFFERED: '1',
    HTTP_PROXY: 'http://127.0.0.1:3128',
    http_proxy: 'http://127.0.0.1:3128',
    HTTPS_PROXY: 'http://127.0.0.1:3128',
    https_proxy: 'http://127.0.0.1:3128',
    NO_PROXY: 'localhost,127.0.0.1,::1',
    no_proxy: 'localhost,127.0.0.1,::1',
    [markVariable]: 'run-1',
  });
});

test("the gate's own proxy is not the backend's", () => {
  expect(environment({ HTTPS_PROXY: 'http://corp:1', no_proxy: 'corp' })).toMatchObject({
    HTTPS_PROXY: 'http://127.0.0.1:3128',
    no_proxy: 'localhost,127.0.0.1,::1',
  });
});

test('the `env` setting wins over everything …', () => {
  const added = {
    PATH: '/mine',
    PYTHONUNBUFFERED: '',
    HTTP_PROXY: 'http://x:1',
    PWD: '/y',
    GITHUB_TOKEN: 'given',
  };
  expect(environment({ PATH: '/bin' }, added)).toMatchObject(added);
});

test('… but the mark, by which its processes are found', () => {
  expect(environment({ [markVariable]: 'outer' }, { [markVariable]: 'mine' })[markVariable]).toBe('run-1');
});
