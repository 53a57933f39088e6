import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { GateError } from '../../../src/errors.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { secretsOfSettings } from '../../../src/redaction/secrets.ts';
import { readActionInputs } from '../../../src/settings/action-inputs.ts';
import { readConfigFile } from '../../../src/settings/config-file.ts';
import { parseDurationMs } from '../../../src/settings/duration.ts';
import { readFlags } from '../../../src/settings/flags.ts';
import { resolveSettings, type SettingsSource } from '../../../src/settings/resolve.ts';
import { settingNames } from '../../../src/settings/schema.ts';
import { fuzz, hostileJson, hostileText } from '../../support/fuzz.ts';
import { complaintOf } from '../../support/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'hang gate fuzz '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<string>(...settingNames) },
  fc.constantFrom('__proto__', 'constructor', 'toString', 'probe', 'Clients', ''),
  hostileText,
);
const value = fc.oneof(
  fc.constantFrom(
    '5',
    '5s',
    '/health',
    'auto',
    'off',
    'never',
    'reset',
    'POST',
    '{port}',
    'A=1',
    'A: b',
    '{"a": 1}',
  ),
  fc.constantFrom(
    'http://127.0.0.1:{port}',
    'http://[::1]',
    'http://',
    '//',
    '/\\',
    '-',
    '=',
    '99999999999999999999',
  ),
  hostileText,
);

/** Either settings of which a plan can be made, or one clear error whose every line says what is wrong. */
async function settles(read: () => SettingsSource | Promise<SettingsSource>): Promise<void> {
  let settings: ReturnType<typeof resolveSettings>;
  try {
    settings = resolveSettings([await read()]);
  } catch (error) {
    expect(error).toBeInstanceOf(GateError);
    const { code, message } = error as GateError;
    expect(code).toBe('wrong-settings');
    expect(message).not.toMatch(/\n\s+at |TypeError|undefined|\[object/);
    return;
  }
  expect(settings.dumpAfterMs).toBeLessThan(settings.deadlineMs);
  const plan = makePlan(settings, settings.command, 4711, '/');
  expect(new URL(plan.origin).protocol).toMatch(/^https?:$/);
  expect(URL.canParse(plan.stream.url)).toBe(true);
  expect(URL.canParse(plan.readyUrl)).toBe(true);
  expect(secretsOfSettings(settings)).toEqual(expect.any(Array));
}

const flag = fc.tuple(name, value).map(([flagName, text]) => [`--${flagName}`, text]);
const words = fc.oneof({ weight: 4, arbitrary: flag }, fc.array(value, { maxLength: 2 }));
fuzz<[string[][]]>('flags', [fc.array(words, { maxLength: 6 })], (lines) =>
  settles(() => readFlags([...lines.flat(), '--', 'python'])),
);

fuzz<[[string, string][]]>('inputs', [fc.array(fc.tuple(name, value), { maxLength: 6 })], (inputs) => {
  const variables = inputs.map(([input, text]) => [
    `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`,
    text,
  ]);
  return settles(() =>
    readActionInputs({ INPUT_COMMAND: 'python app.py', ...Object.fromEntries(variables) }),
  );
});

const bomb = (depth: number) =>
  [
    'a0: &a0 [x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: depth }, (_, level) => {
      const alias = Array.from({ length: 9 }, () => `*a${level}`).join(', ');
      return `a${level + 1}: &a${level + 1} [${alias}]`;
    }),
  ].join('\n');
const yamlPart = fc.constantFrom(
  ...[
    '&a',
    '*a',
    '<<: *a',
    '!!js/function x',
    '!!binary aGk=',
    '? ',
    '- ',
    ': ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '|',
    '>',
  ],
  ...[
    '---',
    '...',
    '%YAML 1.1',
    '#',
    '"',
    "'",
    '\t',
    'env:',
    'probes:',
    'clients: 5',
    '__proto__:',
    'a: &a\n  b: *a',
  ],
);
const yamlText = fc.oneof(
  fc.array(fc.oneof(yamlPart, name, value), { maxLength: 20 }).map((parts) => parts.join(' ')),
  fc
    .array(fc.tuple(name, value), { maxLength: 6 })
    .map((lines) => lines.map(([key, text]) => `${key}: ${text}`).join('\n')),
  fc.tuple(name, hostileJson).map(([key, json]) => JSON.stringify({ [key]: json, command: 'python' }) ?? ''),
  fc.nat(8).map(bomb),
  hostileText,
);
fuzz<[string]>(
  'config files',
  [yamlText],
  async (text) => {
    const file = join(folder, 'gate.yml');
    writeFileSync(file, text);
    await settles(() => readConfigFile(file));
  },
  [
    ['env: &a\n  B: *a\n'],
    ['a: &a [*a]'],
    ['__proto__: {clients: 3}\ncommand: x'],
    ['"__proto__": 1'],
    [bomb(9)],
  ],
);

fuzz<[unknown]>(
  'values of any shape',
  [fc.tuple(name, hostileJson)],
  (pair) => {
    const [key, json] = pair as [string, unknown];
    return settles(() => ({ label: (label) => label, values: { command: 'python', [key]: json } }));
  },
  [[['command', { length: [{ toString: null }] }]]],
);

fuzz<[number, 'ms' | 's' | 'm']>(
  'durations',
  [fc.nat(10_000_000), fc.constantFrom('ms', 's', 'm')],
  (count, unit) => {
    expect(parseDurationMs(`${count}${unit}`)).toBe(count * { ms: 1, s: 1_000, m: 60_000 }[unit]);
  },
);
fuzz<[string]>('texts that are no durations', [hostileText], (text) => {
  const ms = parseDurationMs(text);
  expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
});

test('`__proto__` is an unknown setting and no prototype', () => {
  const values = JSON.parse('{"command": "python", "__proto__": {"clients": "3"}}');
  expect(complaintOf(() => resolveSettings([{ label: (label) => label, values }]))).toEqual([
    'unknown setting "__proto__" (__proto__)',
  ]);
});

test('a config file has nothing printed', async () => {
  const file = join(folder, 'gate.yml');
  writeFileSync(file, 'command: x\n? {"##[error]forged": 1}\n: 2\n');
  const warned = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
  try {
    const { values } = await readConfigFile(file);
    expect(Object.keys(values)).toHaveLength(2);
    expect(warned).not.toHaveBeenCalled();
  } finally {
    warned.mockRestore();
  }
});
