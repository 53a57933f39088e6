import { expect } from '@jest/globals';

/** Secrets of each kind that settings may hold, with signs that encodings change. */
export const given = {
  env: 'canary-of-env/+ü"1',
  url: 'canary-of-url',
  argument: 'canary-of-argument',
  header: 'canary.of.header',
  body: 'canary-of-body',
} as const;

export const leakerSettings = {
  env: `API_TOKEN=${given.env}\nDATABASE_URL=postgresql://app:${given.url}@db:5432/shop\nGIVEN=not a secret`,
  'stream-method': 'POST',
  'stream-headers': `Authorization: Bearer ${given.header}\nContent-Type: application/json`,
  'stream-body': JSON.stringify({ password: given.body, message: 'hello' }),
} as const;

/** As they may stand in a text; worked out apart from what hides them. */
function forms(secret: string): string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    encodeURIComponent(secret).replaceAll('%2F', '/'),
    JSON.stringify(secret).slice(1, -1),
    base64(secret),
    // Behind a user's name, but for the characters that both share.
    base64(`me:${secret}`).slice(4, -1),
  ];
}

/** No byte of any of these texts is a secret's, by the name of the text. */
export function expectNoSecret(texts: Readonly<Record<string, string | Buffer>>): void {
  const found = Object.entries(texts).flatMap(([name, text]) =>
    [...Object.values(given), 'canary-of-the-app'].flatMap((secret) =>
      forms(secret)
        .filter((form) => text.includes(form))
        .map((form) => `${name}: ${form}`),
    ),
  );
  expect(found).toEqual([]);
}
