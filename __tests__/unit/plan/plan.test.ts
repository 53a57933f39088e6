import { describe, expect, test } from '@jest/globals';
import { commandText, makePlan, wantsFreePort } from '../../../src/plan/plan.ts';
import type { Command } from '../../../src/settings/schema.ts';
import { settingsOf } from '../../support/settings.ts';

const port = 45_678;
function planOf(values: Record<string, unknown> = {}, withPort = true) {
  const settings = settingsOf(values);
  if (!settings.command) throw new Error('no command');
  return makePlan(settings, settings.command, withPort ? port : undefined, '/work/shop');
}

test('the whole plan of the defaults', () => {
  expect(planOf({ command: 'uvicorn app:app --port {port}' })).toEqual({
    command: { kind: 'shell', line: 'uvicorn app:app --port 45678' },
    workingDirectory: '/work/shop',
    env: {},
    origin: 'http://127.0.0.1:45678',
    readyUrl: 'http://127.0.0.1:45678/',
    bootTimeoutMs: 60_000,
    probePaths: ['/', '/health'],
    discovery: {
      prefix: '',
      documentPaths: ['/openapi.json', '/api/openapi.json', '/api/v1/openapi.json'],
    },
    deadlineMs: 5_000,
    dumpAfterMs: 1_000,
    stream: {
      path: '/news/stream',
      url: 'http://127.0.0.1:45678/news/stream',
      method: 'GET',
      headers: {},
      body: undefined,
    },
    waves: ['reset', 'close', 'early'].map((abort, index) => ({
      index: index + 1,
      abort,
      clients: 5,
      holdMs: 1_000,
      settleMs: 1_000,
    })),
    upstream: 'stall',
    pySpy: 'auto',
  });
});

describe('{port}', () => {
  test.each<[string, Record<string, unknown>, object]>([
    [
      'a shell line',
      { command: 'x --port {port} # {port}' },
      { command: { kind: 'shell', line: 'x --port 45678 # 45678' } },
    ],
    [
      'words',
      { command: ['x', '--bind=:{port}'] },
      { command: { kind: 'argv', argv: ['x', '--bind=:45678'] } },
    ],
    ['an env value', { env: 'PORT={port}' }, { env: { PORT: '45678' } }],
    ['the URL', { url: 'https://localhost:{port}' }, { origin: 'https://localhost:45678' }],
    [
      'the URL of readiness',
      { ready: 'http://127.0.0.1:{port}/up' },
      { readyUrl: 'http://127.0.0.1:45678/up' },
    ],
  ])('is replaced in %s', (_, values, expected) => {
    expect(wantsFreePort(settingsOf(values))).toBe(true);
    expect(planOf(values)).toMatchObject(expected);
  });

  test('that nobody uses leaves the usual port', () => {
    expect(wantsFreePort(settingsOf())).toBe(false);
    expect(planOf({}, false)).toMatchObject({
      origin: 'http://127.0.0.1:8000',
      readyUrl: 'http://127.0.0.1:8000/',
    });
  });

  test('in another setting is a text like any other', () => {
    expect(wantsFreePort(settingsOf({ stream: '/x/{port}' }))).toBe(false);
  });
});

test.each<[string, Record<string, unknown>, object]>([
  [
    'a URL with a path keeps it in front of every route',
    { url: 'http://127.0.0.1:9000/api/', stream: '/s?x=1', ready: '/up' },
    {
      origin: 'http://127.0.0.1:9000',
      readyUrl: 'http://127.0.0.1:9000/api/up',
      probePaths: ['/api/', '/api/health'],
      stream: { url: 'http://127.0.0.1:9000/api/s?x=1' },
    },
  ],
  [
    'a document below the path of the URL is looked for first, and once',
    { url: 'http://127.0.0.1:9000/api/' },
    {
      discovery: {
        prefix: '/api',
        documentPaths: ['/api/openapi.json', '/openapi.json', '/api/v1/openapi.json'],
      },
    },
  ],
  [
    'a sync probe that is named is probed like the others, and nothing is looked for',
    { url: 'http://127.0.0.1:9000/api', 'sync-probe': '/items' },
    { probePaths: ['/api/', '/api/health', '/api/items'], discovery: undefined },
  ],
  [
    'a sync probe that is a probe already is probed once',
    { 'sync-probe': '/health' },
    { probePaths: ['/', '/health'], discovery: undefined },
  ],
  ['no sync probe', { 'sync-probe': 'off' }, { probePaths: ['/', '/health'], discovery: undefined }],
  [
    'a URL without a port',
    { url: 'http://localhost' },
    { origin: 'http://localhost', readyUrl: 'http://localhost/' },
  ],
  ['IPv6', { url: 'http://[::1]:9000' }, { origin: 'http://[::1]:9000' }],
  ['the first probe tells of readiness', { probes: '/a\n/b' }, { readyUrl: 'http://127.0.0.1:8000/a' }],
  ['a path of readiness', { ready: '/up' }, { readyUrl: 'http://127.0.0.1:8000/up' }],
  ['a URL of readiness', { ready: 'http://[::1]:1/up' }, { readyUrl: 'http://[::1]:1/up' }],
  ['a relative folder', { 'working-directory': 'api' }, { workingDirectory: '/work/shop/api' }],
  ['an absolute folder', { 'working-directory': '/srv' }, { workingDirectory: '/srv' }],
  ['py-spy off', { 'py-spy': 'off' }, { pySpy: 'off' }],
  ['a relative py-spy', { 'py-spy': 'bin/py-spy' }, { pySpy: '/work/shop/bin/py-spy' }],
  ['an absolute py-spy', { 'py-spy': '/bin/py-spy' }, { pySpy: '/bin/py-spy' }],
  [
    'a chat-like stream',
    { 'stream-method': 'POST', 'stream-body': '{"a":1}', 'stream-headers': 'Content-Type: application/json' },
    { stream: { method: 'POST', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } } },
  ],
])('%s', (_, values, expected) => {
  expect(planOf(values, false)).toMatchObject(expected);
});

test.each([
  ['reset', '2', ['reset', 'reset']],
  ['close, reset', '3', ['close', 'reset', 'close']],
  ['early, close', '5', ['early', 'close', 'early', 'close', 'early']],
  ['reset, close, early', '1', ['reset']],
])('aborts %s in %s waves take turns', (abort, waves, expected) => {
  expect(planOf({ abort, waves }).waves.map((wave) => wave.abort)).toEqual(expected);
});

test.each<[Command, string]>([
  [{ kind: 'shell', line: 'a | b' }, 'a | b'],
  [{ kind: 'argv', argv: ['python', '-m', 'app', '--port={port}'] }, 'python -m app --port={port}'],
  [{ kind: 'argv', argv: ['sh', '-c', "echo 'hi' $X"] }, `sh -c 'echo '\\''hi'\\'' $X'`],
  [{ kind: 'argv', argv: [''] }, "''"],
])('the command as people read it: %j', (command, expected) => {
  expect(commandText(command)).toBe(expected);
});

test('probes are sent as a request takes them', () => {
  const { probePaths } = planOf({ probes: ['/статус?q=é#top', '/search?q=a%20b', '/'] }, false);
  expect(probePaths).toEqual(['/%D1%81%D1%82%D0%B0%D1%82%D1%83%D1%81?q=%C3%A9', '/search?q=a%20b', '/']);
});
