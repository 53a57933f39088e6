import { parseArgs } from 'node:util';
import { GateError, messageOf } from '../errors.ts';
import { isSettingName, type SettingsSource, suggestName } from './resolve.ts';
import { settingMeta, settingNames } from './schema.ts';

/**
 * Reads `--name value … -- COMMAND ARG …`. A flag that is given twice makes a list where the setting takes one; elsewhere
 * the last one counts.
 * @throws {GateError} `wrong-settings` for an unknown flag or a flag without its value.
 */
export function readFlags(argv: readonly string[]): SettingsSource {
  const end = argv.indexOf('--');
  const flags = end < 0 ? argv : argv.slice(0, end);
  const command = end < 0 ? [] : argv.slice(end + 1);
  const values: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(parseFlags(flags))) {
    values[name] = isSettingName(name) && settingMeta(name).repeatable ? given : given.at(-1);
  }
  if (command.length > 0) values['command'] = command;
  return { label: (name) => (name === 'command' ? 'the words after --' : `flag --${name}`), values };
}

function parseFlags(args: readonly string[]): Record<string, string[]> {
  const options = Object.fromEntries(
    settingNames.map((name) => [name, { type: 'string', multiple: true }] as const),
  );
  try {
    return { ...parseArgs({ args: [...args], options, strict: true }).values } as Record<string, string[]>;
  } catch (error) {
    throw new GateError('wrong-settings', explain(error));
  }
}

function explain(error: unknown): string {
  const message = messageOf(error);
  const flag = /'(-[^' ]*)/.exec(message)?.[1] ?? '';
  const code = (error as { code?: string }).code;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    return `unknown flag ${flag}${suggestName(flag.replace(/^-+/, ''))}`;
  }
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
    const word = /argument '([^']*)'/.exec(message)?.[1] ?? '';
    return `unexpected word "${word}"; the backend's command goes after --, such as \`hang-gate run -- ${word}\``;
  }
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    return `flag ${flag} needs a value; write ${flag} VALUE, or ${flag}=VALUE when it begins with a dash`;
  }
  return message;
}
