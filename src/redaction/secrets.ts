import type { Settings } from '../settings/schema.ts';
import { namesSecret } from './secret-names.ts';

/** Anything shorter stands in a report by chance as often as not. */
export const shortestSecret = 6;
/** A user name without a password, such as the token in `https://TOKEN@host`, has to look like a secret. */
const shortestLoneUser = 16;
/** `true`, `4096` and the like are settings, whatever their name. */
const plainValue = /^(true|false|enabled|disabled|default|required|optional|\d{1,9})$/i;

export interface SecretOptions {
  readonly settings: Pick<Settings, 'env' | 'stream' | 'probes' | 'command'> &
    Partial<Pick<Settings, 'url' | 'ready' | 'githubToken'>>;
  /** Of the gate itself. */
  readonly own: NodeJS.ProcessEnv;
}

/** The secrets that reach the gate: those that its settings hold, and those of its own environment. */
export function secretsOf({ settings, own }: SecretOptions): string[] {
  return worthHiding([...secretsOfSettings(settings), ...Object.entries(own).flatMap(secretsOfVariable)]);
}

/** Those that the user wrote into the settings; GitHub does not know all of them. */
export function secretsOfSettings(settings: SecretOptions['settings']): string[] {
  const { env, stream, probes, url, ready, command, githubToken } = settings;
  return worthHiding([
    ...(githubToken === undefined ? [] : [githubToken]),
    ...Object.entries(env).flatMap(named),
    ...Object.entries(stream.headers).flatMap(secretsOfHeader),
    ...secretsOfBody(stream.body ?? ''),
    ...[url, ready, stream.path, ...probes].flatMap((text) => secretsOfUrl(text ?? '')),
    ...secretsOfCommand(command?.kind === 'argv' ? command.argv : wordsOf(command?.line ?? '')),
  ]);
}

/** True for a variable whose value nobody else should see. */
export function isSecretVariable(name: string, value: string): boolean {
  return worthHiding(secretsOfVariable([name, value])).length > 0;
}

/** The inputs are settings, and read as such. */
function secretsOfVariable([name, value = '']: [string, string | undefined]): string[] {
  return name.startsWith('INPUT_') ? [] : named([name, value]);
}

function worthHiding(values: readonly string[]): string[] {
  const lines = values.flatMap((value) => [value, ...(value.includes('\n') ? value.split(/\r?\n/) : [])]);
  const trimmed = lines.map((value) => value.trim());
  return [...new Set(trimmed.filter((value) => value.length >= shortestSecret && !plainValue.test(value)))];
}

function named([name, value]: [string, string]): string[] {
  return [...(namesSecret(name) ? [value] : []), ...secretsOfUrl(value)];
}

/** `Bearer TOKEN` holds a secret and is one; `Basic …` holds a password. */
function secretsOfHeader([name, value]: [string, string]): string[] {
  if (!namesSecret(name)) return secretsOfUrl(value);
  const [, scheme = '', rest = ''] = /^([a-z-]+) +(.+)$/i.exec(value) ?? [];
  const password = /^basic$/i.test(scheme)
    ? Buffer.from(rest, 'base64')
        .toString()
        .replace(/^[^:]*:?/, '')
    : '';
  const cookies = /^cookie$/i.test(name)
    ? value.split(/;\s*/).map((item) => item.replace(/^[^=]*=/, ''))
    : [];
  return [value, rest, password, ...cookies];
}

/** The password of `scheme://user:password@host`, and what a query gives under a secret's name. */
function secretsOfUrl(text: string): string[] {
  const url = URL.parse(text, 'http://host');
  if (!url) return [];
  const { username, password, searchParams } = url;
  const asked = [...searchParams].flatMap(([name, value]) => (namesSecret(name) ? [value] : []));
  const rest = text.replace(/\/\/[^/@]*@/, '//');
  if (password !== '')
    // `postgres:postgres` guards nothing, and hiding it would make holes in half of the report.
    return password === username || rest.includes(password) ? asked : [...asked, password, decoded(password)];
  return username.length >= shortestLoneUser ? [...asked, username, decoded(username)] : asked;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** JSON, or a form. */
function secretsOfBody(body: string): string[] {
  try {
    return secretsIn(JSON.parse(body));
  } catch {
    return [...new URLSearchParams(body)].flatMap(([name, value]) => (namesSecret(name) ? [value] : []));
  }
}

function secretsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    typeof item === 'string' ? named([name, item]) : secretsIn(item),
  );
}

/** `TOKEN=value`, `--token=value` and `--token value`. */
function secretsOfCommand(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    const [, name = '', equals, value = ''] = /^(?:--?)?([a-z_][\w-]*)(=?)(.*)$/is.exec(word) ?? [];
    const isFlag = word.startsWith('-') && equals === '' && value === '';
    const given = isFlag ? (words[index + 1] ?? '') : value;
    return [...(namesSecret(name) && (isFlag || equals) ? [given] : []), ...secretsOfUrl(value || word)];
  });
}

/** The words of a shell line, as far as that can be told without a shell. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
