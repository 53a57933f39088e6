import type { Settings } from '../settings/schema.ts';
import { isReportWord } from './report-words.ts';
import { namesSecret } from './secret-names.ts';
import { named, secretsOfUrl, secretsOfVariable, worthHiding } from './secret-variables.ts';

export interface SecretOptions {
  readonly settings: Pick<Settings, 'env' | 'stream' | 'probes' | 'command'> &
    Partial<Pick<Settings, 'url' | 'ready' | 'githubToken'>>;
  /** Of the gate itself. */
  readonly own: NodeJS.ProcessEnv;
}

/**
 * The secrets that reach the gate: those that its settings hold, and those of its own environment. A word that every report
 * is made of guards nothing, and would make holes in all of it.
 */
export function secretsOf({ settings, own }: SecretOptions): string[] {
  const all = [...secretsOfSettings(settings), ...Object.entries(own).flatMap(secretsOfVariable)];
  return worthHiding(all).filter((secret) => !isReportWord(secret));
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
