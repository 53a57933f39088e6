import { namesSecret } from './secret-names.ts';

/** Anything shorter stands in a report by chance as often as not. */
export const shortestSecret = 6;
/** A user name without a password, such as the token in `https://TOKEN@host`, has to look like a secret. */
const shortestLoneUser = 16;
/** `true`, `4096` and the like are settings, whatever their name. */
const plainValue = /^(true|false|enabled|disabled|default|required|optional|\d{1,9})$/i;

/** True for a variable whose value nobody else should see: of the inputs of the Action any may hold a secret. */
export function isSecretVariable(name: string, value: string): boolean {
  return isInput(name) || worthHiding(named([name, value])).length > 0;
}

/** Of the gate's own environment. The inputs are settings, and read as such. */
export function secretsOfVariable([name, value = '']: [string, string | undefined]): string[] {
  return isInput(name) ? [] : named([name, value]);
}

function isInput(name: string): boolean {
  return name.startsWith('INPUT_');
}

export function worthHiding(values: readonly string[]): string[] {
  const lines = values.flatMap((value) => [value, ...(value.includes('\n') ? value.split(/\r?\n/) : [])]);
  const trimmed = lines.map((value) => value.trim());
  return [...new Set(trimmed.filter((value) => value.length >= shortestSecret && !plainValue.test(value)))];
}

/** What a value holds that is called so. */
export function named([name, value]: [string, string]): string[] {
  return [...(namesSecret(name) ? [value] : []), ...secretsOfUrl(value)];
}

/** The password of `scheme://user:password@host`, and what a query gives under a secret's name. */
export function secretsOfUrl(text: string): string[] {
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

/** A user name or a password as it was before it was written into a URL. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
