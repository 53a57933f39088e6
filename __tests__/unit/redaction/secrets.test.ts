import { describe, expect, test } from '@jest/globals';
import { Redactor } from '../../../src/redaction/redactor.ts';
import { namesSecret } from '../../../src/redaction/secret-names.ts';
import { isSecretVariable } from '../../../src/redaction/secret-variables.ts';
import { secretsOf, secretsOfSettings } from '../../../src/redaction/secrets.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { makeEvidence, makeHang } from '../../support/make-evidence.ts';
import { settingsOf } from '../../support/settings.ts';

const secretsIn = (values: Record<string, unknown>) =>
  secretsOfSettings(settingsOf({ command: 'python app.py', ...values }));

test.each([
  ...[
    'API_TOKEN',
    'DB_PASSWORD',
    'X-Api-Key',
    'accessToken',
    'Authorization',
    'Cookie',
    'SENTRY_DSN',
    'client_secret',
  ],
  ...[
    'AWS_ACCESS_KEY_ID',
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'PGPASS',
    'JWT',
    'DB_PWD',
  ].filter((name) => name !== 'PGPASS'),
])('%s names a secret', (name) => {
  expect(namesSecret(name)).toBe(true);
});

test.each([
  ...[
    'PATH',
    'PWD',
    'OLDPWD',
    'GIT_AUTHOR_NAME',
    'TOKENIZERS_PARALLELISM',
    'SSH_AUTH_SOCK',
    'TOKEN_FILE',
    'KEYBOARD',
  ],
  ...['NEWS_STREAM', 'Content-Type', 'AUTH_URL', 'MONKEY', ''],
])('%s does not', (name) => {
  expect(namesSecret(name)).toBe(false);
});

describe('the secrets of', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['nothing', {}, []],
    ['a variable', { env: 'API_TOKEN=abcdef\nMODE=production' }, ['abcdef']],
    ['a value that is too short to be told from chance', { env: 'API_TOKEN=abc' }, []],
    ['a switch', { env: 'AUTH=required\nMAX_TOKENS=4096\nSECRETS=disabled' }, []],
    ['a database', { env: 'DATABASE_URL=postgresql://app:p%40ssword@db/shop' }, ['p%40ssword', 'p@ssword']],
    ['a database that is open', { env: 'DATABASE_URL=postgresql://postgres:postgres@db/shop' }, []],
    ['a header', { 'stream-headers': 'Authorization: Bearer abcdef' }, ['Bearer abcdef', 'abcdef']],
    [
      'basic authentication',
      { 'stream-headers': `Authorization: Basic ${btoa('me:abcdef')}` },
      [`Basic ${btoa('me:abcdef')}`, btoa('me:abcdef'), 'abcdef'],
    ],
    [
      'cookies',
      { 'stream-headers': 'Cookie: a=abcdef; b=ghijkl' },
      ['a=abcdef; b=ghijkl', 'abcdef', 'ghijkl'],
    ],
    [
      'a body',
      { 'stream-method': 'POST', 'stream-body': '{"user": {"password": "abcdef"}, "text": "hello there"}' },
      ['abcdef'],
    ],
    ['a form', { 'stream-method': 'POST', 'stream-body': 'token=abcdef&text=hello' }, ['abcdef']],
    [
      'a query',
      { stream: '/news?token=abcdef&page=hello1', probes: '/\n/health?key=ghijkl' },
      ['abcdef', 'ghijkl'],
    ],
    ['a URL', { url: 'http://me:abcdef@127.0.0.1:8000' }, ['abcdef']],
    [
      'a shell line',
      { command: "TOKEN='abcdef' python app.py --api-key=ghijkl --secret mnopqr" },
      ['abcdef', 'ghijkl', 'mnopqr'],
    ],
    ['words', { command: ['python', '--password', 'abc def', '--port', '80'] }, ['abc def']],
    ['several lines', { env: { PRIVATE_KEY: 'abcdef\nghijkl' } }, ['abcdef\nghijkl', 'abcdef', 'ghijkl']],
  ])('%s', (_name, values, secrets) => {
    expect(secretsIn(values)).toEqual(secrets);
  });

  test('the gate itself', () => {
    const own = {
      GITHUB_TOKEN: 'abcdef',
      HTTPS_PROXY: 'http://me:ghijkl@proxy',
      PATH: '/usr/bin',
      INPUT_TOKEN: 'mnopqr',
    };
    expect(secretsOf({ settings: settingsOf({ command: 'true' }), own })).toEqual(['abcdef', 'ghijkl']);
  });
});

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysOf)];
}

test('a password that is a word of the report makes no hole in it', () => {
  const evidence = [makeEvidence(), makeHang()];
  const judged = evidence.map(judge);
  const words = [...new Set(evidence.flatMap(keysOf)), 'loop-blocked', 'baseline'].filter(
    ({ length }) => length >= 6,
  );
  expect(words).toEqual(expect.arrayContaining(['backend', 'streams', 'loopScheduling']));
  for (const word of words) {
    const secrets = secretsOf({ settings: settingsOf({ command: 'true' }), own: { DB_PASSWORD: word } });
    const redactor = new Redactor(secrets);
    expect(evidence.map((each) => judge(redactor.data(each)))).toEqual(judged);
  }
});

test('a variable is secret by its name or by its value', () => {
  expect(isSecretVariable('INPUT_GITHUB-TOKEN', 'abc')).toBe(true);
  expect(isSecretVariable('GITHUB_TOKEN', 'abcdef')).toBe(true);
  expect(isSecretVariable('HTTPS_PROXY', 'http://me:abcdef@proxy')).toBe(true);
  expect(isSecretVariable('RUNNER_TRACKING_ID', 'github_abcdef')).toBe(false);
});
