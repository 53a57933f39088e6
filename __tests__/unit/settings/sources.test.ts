/** The Action's inputs and the config file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readActionInputs } from '../../../src/settings/action-inputs.ts';
import { readConfigFile } from '../../../src/settings/config-file.ts';
import { loadSettings } from '../../../src/settings/load.ts';
import { resolveSettings } from '../../../src/settings/resolve.ts';
import { complaintOf, linesOf } from '../../support/settings.ts';

describe('action inputs', () => {
  test.each<[Record<string, string>, Record<string, string>]>([
    [{}, {}],
    [{ 'INPUT_WORKING-DIRECTORY': 'api' }, { 'working-directory': 'api' }],
    [{ INPUT_WORKING_DIRECTORY: 'api' }, { 'working-directory': 'api' }],
    [{ INPUT_WAVES: '' }, {}],
    [{ INPUT_WAVES: ' \n' }, {}],
    [{ INPUT_PROBES: '/a\n/b\n' }, { probes: '/a\n/b\n' }],
    [{ PATH: '/bin', GITHUB_TOKEN: 'x', WAVES: '7' }, {}],
  ])('%j', (env, values) => {
    expect(readActionInputs(env).values).toEqual(values);
  });

  test('a wrong one is named as input', () => {
    const env = { INPUT_COMMAND: 'x', INPUT_WAVES: '0', INPUT_DEADLINE: '5' };
    expect(complaintOf(() => resolveSettings([readActionInputs(env)]))).toEqual([
      'setting "deadline" (input deadline) got "5"; it takes a duration of at least 100ms, such as 5s',
      'setting "waves" (input waves) got "0"; it takes a whole number from 1 to 1000',
    ]);
  });

  test('an unknown one suggests the nearest', () => {
    expect(complaintOf(() => resolveSettings([readActionInputs({ INPUT_PROBE: '/' })]))).toEqual([
      'unknown setting "probe" (input probe); did you mean "probes"?',
    ]);
  });
});

describe('a config file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hang-gate-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function write(text: string, name = 'gate.yml') {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }
  const load = (values: Record<string, unknown>) =>
    loadSettings({ label: (name) => `flag --${name}`, values });
  const complaint = (work: Promise<unknown>) => work.then(() => ['Nothing was wrong.'], linesOf);

  const yaml = `
command: python app.py
waves: 7
deadline: 2s
probes: [/a, /b]
env:
  A: 1
  B: true
  C: "{port}"
stream-headers:
  X-Tenant: 42
abort:
  - close
`;
  const expected = {
    command: { kind: 'shell', line: 'python app.py' },
    waves: 7,
    deadlineMs: 2_000,
    probes: ['/a', '/b'],
    env: { A: '1', B: 'true', C: '{port}' },
    stream: { headers: { 'X-Tenant': '42' } },
    abort: ['close'],
  };

  test('in YAML, with lists, maps and numbers', async () => {
    expect(await load({ config: await write(yaml) })).toMatchObject(expected);
  });

  test('in JSON', async () => {
    const json = JSON.stringify({
      command: 'python app.py',
      waves: 7,
      deadline: '2s',
      probes: ['/a', '/b'],
      env: { A: 1, B: true, C: '{port}' },
      'stream-headers': { 'X-Tenant': 42 },
      abort: ['close'],
    });
    expect(await load({ config: await write(json, 'gate.json') })).toMatchObject(expected);
  });

  test('gives the command as words, too', async () => {
    const path = await write('command: [python, app.py]');
    expect((await load({ config: path })).command).toEqual({ kind: 'argv', argv: ['python', 'app.py'] });
  });

  test('may give a number where a text is taken', async () => {
    const path = await write('command: x\nstream-method: POST\nstream-body: 42');
    expect((await load({ config: path })).stream.body).toBe('42');
  });

  test('loses against flags and inputs, setting by setting', async () => {
    const path = await write('command: x\nwaves: 7\nclients: 9\nprobes: [/a, /b]');
    expect(await load({ config: path, waves: '2', probes: ['/c'] })).toMatchObject({
      waves: 2,
      clients: 9,
      probes: ['/c'],
    });
  });

  test('that is empty gives nothing', async () => {
    expect((await readConfigFile(await write('# nothing yet\n'))).values).toEqual({});
  });

  test.each([
    ['a list', '- waves', 'holds no settings; write one "name: value" a line'],
    ['a text', 'waves', 'holds no settings; write one "name: value" a line'],
    ['broken YAML', 'a: [1', 'give a YAML or JSON file'],
    ['a name twice', 'waves: 1\nwaves: 2', 'give a YAML or JSON file'],
  ])('that is %s', async (_, text, end) => {
    const path = await write(text);
    const lines = await complaint(load({ config: path }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^setting "config": /);
    expect(lines[0]).toContain(path);
    expect(lines[0]).toContain(end);
  });

  test('that names its schema', async () => {
    const path = await write('{"$schema": "./schemas/config.schema.json", "command": "x", "waves": 2}');
    expect(await load({ config: path })).toMatchObject({ waves: 2 });
  });

  test('that is not there', async () => {
    const path = join(folder, 'none.yml');
    const [line] = await complaint(load({ config: path }));
    expect(line).toBe(
      `setting "config": cannot read ${path} (ENOENT: no such file or directory, open '${path}'); give a YAML or JSON file`,
    );
  });

  test('names itself where a value is wrong', async () => {
    const path = await write('command: x\ndeadline: 5\nprobs: [/]');
    expect(await complaint(load({ config: path }))).toEqual([
      `unknown setting "probs" (probs in ${path}); did you mean "probes"?`,
    ]);
    const wrong = await write('command: x\ndeadline: 5');
    expect(await complaint(load({ config: wrong }))).toEqual([
      `setting "deadline" (deadline in ${wrong}) got "5"; it takes a duration of at least 100ms, such as 5s`,
    ]);
  });

  test('that gives a value a second level is refused', async () => {
    const path = await write('command: x\nstream:\n  path: /chat');
    const lines = await complaint(load({ config: path }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^setting "stream" \(stream in .*\) got .+; it takes a path that begins with \/$/,
    );
  });

  test('that names another one is refused', async () => {
    const path = await write('command: x\nconfig: other.yml');
    expect(await complaint(load({ config: path }))).not.toEqual(['Nothing was wrong.']);
  });
});
