import { describe, expect, test } from '@jest/globals';
import { parseDurationMs } from '../../../src/settings/duration.ts';
import { resolveSettings } from '../../../src/settings/resolve.ts';
import { type SettingName, settingMeta, settingNames } from '../../../src/settings/schema.ts';
import { complaintOf, settingsOf } from '../../support/settings.ts';

test('every default is that of the contract', () => {
  expect(settingsOf()).toEqual({
    command: { kind: 'shell', line: 'python app.py' },
    workingDirectory: '.',
    env: {},
    url: undefined,
    ready: undefined,
    bootTimeoutMs: 60_000,
    stream: { path: '/news/stream', method: 'GET', headers: {}, body: undefined },
    probes: ['/', '/health'],
    syncProbe: 'auto',
    deadlineMs: 5_000,
    confirm: 'auto',
    clients: 5,
    waves: 3,
    holdMs: 1_000,
    abort: ['reset', 'close', 'early'],
    settleMs: 1_000,
    upstream: 'stall',
    dumpAfterMs: 1_000,
    pySpy: 'auto',
    reportDir: 'hang-gate-report',
    reporters: ['html', 'summary'],
    baseline: undefined,
    newOnly: false,
    artifact: 'on-failure',
    comment: 'never',
    commentKey: undefined,
    githubToken: undefined,
    output: 'normal',
  });
});

test.each(['16.1s', '1.1m', '5000.3ms', '8.03s'])(
  '%s is taken as whole milliseconds, as timers are',
  (text) => {
    expect(Number.isInteger(settingsOf({ deadline: text }).deadlineMs)).toBe(true);
  },
);

test('the settings are those of the contract, each with its documentation', () => {
  expect([...settingNames].sort()).toEqual(
    [
      'abort artifact baseline boot-timeout clients command comment comment-key config confirm deadline dump-after env github-token hold new-only output pid probes py-spy ready',
      'report-dir reporter settle shutdown-timeout stream stream-body stream-headers stream-method sync-probe upstream url waves working-directory',
    ].flatMap((line) => line.split(' ')),
  );
  for (const name of settingNames) {
    const { description, takes } = settingMeta(name);
    expect(description).toMatch(/[.`]$/);
    expect(takes).not.toBe('');
  }
});

test.each([
  ['250ms', 250],
  ['5s', 5_000],
  ['2m', 120_000],
  ['1.5s', 1_500],
  ['0s', 0],
  [' 5s ', 5_000],
  ['5', undefined],
  ['5 s', undefined],
  ['-5s', undefined],
  ['1h', undefined],
  ['', undefined],
  ['1e3ms', undefined],
  ['Infinitys', undefined],
])('the duration %j is %p', (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected);
});

describe('what is accepted', () => {
  test.each<[string, unknown, object]>([
    ['command', ['python', 'a b.py'], { command: { kind: 'argv', argv: ['python', 'a b.py'] } }],
    ['command', '  python app.py\n', { command: { kind: 'shell', line: 'python app.py' } }],
    ['env', 'A=1\n\n  B = x=y \nC=', { env: { A: '1', B: 'x=y', C: '' } }],
    ['env', ['A=1', 'B=2'], { env: { A: '1', B: '2' } }],
    ['env', { A: 1, B: true, C: 'x' }, { env: { A: '1', B: 'true', C: 'x' } }],
    ['url', 'https://localhost:8443', { url: 'https://localhost:8443' }],
    ['url', 'http://127.0.0.1:{port}/api', { url: 'http://127.0.0.1:{port}/api' }],
    ['ready', '/ready', { ready: '/ready' }],
    ['ready', 'http://127.0.0.1:{port}/ready', { ready: 'http://127.0.0.1:{port}/ready' }],
    ['stream-method', 'post', { stream: expect.objectContaining({ method: 'POST' }) }],
    [
      'stream-headers',
      'Authorization: Bearer a:b\nX-Y: z',
      { stream: expect.objectContaining({ headers: { Authorization: 'Bearer a:b', 'X-Y': 'z' } }) },
    ],
    ['probes', '/a\n\n /b \n', { probes: ['/a', '/b'] }],
    ['probes', ['/a', '/b'], { probes: ['/a', '/b'] }],
    ['sync-probe', 'off', { syncProbe: 'off' }],
    ['sync-probe', ' /items ', { syncProbe: '/items' }],
    ['abort', 'close', { abort: ['close'] }],
    ['abort', 'close,reset\nearly', { abort: ['close', 'reset', 'early'] }],
    ['abort', ['close', 'reset, early'], { abort: ['close', 'reset', 'early'] }],
    ['clients', '10000', { clients: 10_000 }],
    ['clients', 1, { clients: 1 }],
    ['hold', '0ms', { holdMs: 0 }],
    ['deadline', '2m', { deadlineMs: 120_000 }],
    ['py-spy', '/usr/bin/py-spy', { pySpy: '/usr/bin/py-spy' }],
  ])('%s: %j', (name, value, expected) => {
    expect(settingsOf({ [name]: value })).toMatchObject(expected);
  });
});

describe('what is refused, in one line that names the setting, what it got and what it takes', () => {
  const duration = 'a duration such as 500ms, 60s or 2m';
  test.each<[string, unknown, string]>([
    ['command', '  ', 'a shell line such as `python -m uvicorn app.main:app --port {port}`'],
    ['command', [], 'a shell line such as `python -m uvicorn app.main:app --port {port}`'],
    ['working-directory', '', 'the path of an existing folder'],
    ['env', 'A', 'one NAME=value a line'],
    ['env', '1A=x', 'one NAME=value a line'],
    ['env', { 'A-B': 'x' }, 'one NAME=value a line'],
    ['env', { A: ['x'] }, 'one NAME=value a line'],
    ['url', 'localhost:8000', 'an http:// or https:// URL'],
    ['url', 'ftp://localhost', 'an http:// or https:// URL'],
    ['ready', 'health', 'a path that begins with / or an http(s) URL'],
    ['boot-timeout', '60', duration],
    ['boot-timeout', '0s', duration],
    ['stream', 'news/stream', 'a path that begins with /'],
    ['stream-method', 'DELETE', 'GET, POST, PUT or PATCH'],
    ['stream-headers', 'Authorization', 'one `Name: value` a line'],
    ['stream-headers', 'Bad Name: x', 'one `Name: value` a line'],
    ['probes', '', 'one to 16 paths that begin with /, one a line'],
    ['probes', '/ok\nhealth', 'one to 16 paths that begin with /, one a line'],
    ['probes', [1], 'one to 16 paths that begin with /, one a line'],
    ['sync-probe', 'items', 'auto, off or a path that begins with /'],
    ['sync-probe', '//x\r\nHost: y', 'auto, off or a path that begins with /'],
    ['deadline', '99ms', 'a duration of at least 100ms, such as 5s'],
    ['clients', '0', 'a whole number from 1 to 10000'],
    ['clients', '10001', 'a whole number from 1 to 10000'],
    ['clients', '2.5', 'a whole number from 1 to 10000'],
    ['clients', 'many', 'a whole number from 1 to 10000'],
    ['waves', '1001', 'a whole number from 1 to 1000'],
    ['hold', '1', 'a duration such as 1s'],
    ['abort', 'rest', 'any of reset, close, early, separated by commas; did you mean "reset"?'],
    ['abort', ',', 'any of reset, close, early, separated by commas'],
    ['settle', 'soon', 'a duration such as 1s'],
    ['upstream', 'dead', 'live or stall'],
    ['dump-after', '49ms', 'a duration of at least 50ms, such as 1s'],
    ['py-spy', '', 'auto, off or the path of a py-spy executable'],
    ['report-dir', ' ', 'the path of a folder that can be written'],
    [
      'reporter',
      'summary, sumary',
      'any of html, summary, junit, sarif, stacks, separated by commas; did you mean "summary"?',
    ],
    ['artifact', 'yes', 'on-failure, always, never'],
  ])('%s: %j', (name, value, takes) => {
    const [line, ...rest] = complaintOf(() => settingsOf({ [name]: value }));
    expect(rest).toEqual([]);
    expect(line).toMatch(new RegExp(`^setting "${name}" \\(flag --${name}\\) got .+; it takes .+$`));
    expect(line?.endsWith(`; it takes ${takes}`)).toBe(true);
    if (settingMeta(name as SettingName).holdsSecrets)
      expect(line).toContain(' got a value that is not shown; ');
    else if (typeof value === 'string') expect(line).toContain(` got ${JSON.stringify(value)}; `);
  });

  test('too many probes, cut to stay one line', () => {
    const probes = Array.from({ length: 17 }, (_, index) => `/route-${index}`);
    const [line, ...rest] = complaintOf(() => settingsOf({ probes }));
    expect(rest).toEqual([]);
    expect(line).toMatch(/^setting "probes" .* got .{70,110}…; it takes one to 16 paths/);
  });

  test('every wrong setting has its line', () => {
    expect(complaintOf(() => settingsOf({ waves: '0', deadline: 'x', abort: 'x,y' }))).toHaveLength(3);
  });
});

test.each([
  ['probs', '; did you mean "probes"?'],
  ['work-dir', ''],
  ['workingdirectory', '; did you mean "working-directory"?'],
  ['Deadline', '; did you mean "deadline"?'],
  ['pyspy', '; did you mean "py-spy"?'],
  ['frobnicate', ''],
])('the unknown setting %s suggests the nearest', (name, suggestion) => {
  expect(complaintOf(() => settingsOf({ [name]: 'x' }))).toEqual([
    `unknown setting "${name}" (flag --${name})${suggestion}`,
  ]);
});

describe('settings that contradict each other', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['only early aborts', { abort: 'early' }, /^setting "abort" leaves only early aborts in 3 wave\(s\)/],
    [
      'too few waves for another abort',
      { abort: 'early, reset', waves: '1' },
      /^setting "abort" .* in 1 wave/,
    ],
    [
      'dumps at the deadline',
      { 'dump-after': '5s' },
      /^setting "dump-after" \(5000 ms\) must be shorter than "deadline"/,
    ],
    ['dumps after the deadline', { deadline: '800ms' }, /^setting "dump-after" \(1000 ms\) must be shorter/],
    [
      'a body with GET',
      { 'stream-body': '{}' },
      /^setting "stream-body" needs "stream-method" POST, PUT or PATCH/,
    ],
    ['no command', { command: undefined }, /^setting "command" is missing: say how to boot the backend/],
  ])('%s', (_, values, expected) => {
    const lines = complaintOf(() => settingsOf(values));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(expected);
  });

  test('are all told at once', () => {
    expect(
      complaintOf(() => settingsOf({ abort: 'early', 'stream-body': 'x', 'dump-after': '9s' })),
    ).toHaveLength(3);
  });

  test.each([
    [{ abort: 'early, reset', waves: '2' }],
    [{ 'dump-after': '4999ms' }],
    [{ 'stream-body': '{}', 'stream-method': 'POST' }],
  ])('%j do not', (values) => {
    expect(() => settingsOf(values)).not.toThrow();
  });
});

test('of several sources the last one wins, and is named', () => {
  const file = {
    label: (name: string) => `${name} in gate.yml`,
    values: { command: 'x', waves: '7', clients: '0' },
  };
  const flags = { label: (name: string) => `flag --${name}`, values: { waves: '2' } };
  expect(complaintOf(() => resolveSettings([file, flags]))).toEqual([
    'setting "clients" (clients in gate.yml) got "0"; it takes a whole number from 1 to 10000',
  ]);
  expect(resolveSettings([file, { ...flags, values: { waves: '2', clients: '3' } }])).toMatchObject({
    waves: 2,
    clients: 3,
  });
});

test('settings cannot be changed', () => {
  expect(Object.isFrozen(settingsOf())).toBe(true);
});

test('a route with a line break at its end, as YAML blocks have it, is that route', () => {
  expect(settingsOf({ stream: '/chat\n' }).stream.path).toBe('/chat');
});
test('probes separated by commas are refused or taken apart, and not one odd route', () => {
  let probes: readonly string[] = [];
  try {
    probes = settingsOf({ probes: '/a, /b' }).probes;
  } catch {}
  expect(probes).not.toEqual(['/a, /b']);
});
test.each([['1e1'], ['0x10'], [['5']], [true]])('clients: %j is no whole number', (clients) => {
  expect(() => settingsOf({ clients })).toThrow();
});

test('no secret is in a complaint', () => {
  const complaints = complaintOf(() =>
    settingsOf({
      env: 'TOKEN abcdef',
      'stream-headers': 'Authorization abcdef',
      url: 'ftp://me:abcdef@host',
    }),
  );
  expect(complaints).toEqual([
    'setting "env" (flag --env) got a value that is not shown; it takes one NAME=value a line',
    'setting "url" (flag --url) got "ftp://***@host"; it takes an http:// or https:// URL',
    'setting "stream-headers" (flag --stream-headers) got a value that is not shown; it takes one `Name: value` a line',
  ]);
});
