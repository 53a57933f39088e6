/** One of these words in a name says that the value is a secret … */
const secretWords = new Set([
  ...['token', 'tokens', 'jwt', 'bearer', 'pat', 'signature', 'sig', 'cookie', 'cookies', 'sessionid'],
  ...['password', 'passwords', 'passwd', 'passphrase', 'pass', 'pwd', 'secret', 'secrets', 'salt'],
  ...['auth', 'authorization', 'credential', 'credentials', 'creds', 'key', 'keys', 'apikey', 'dsn'],
]);
/** … unless it ends in one of these: it then tells where the secret is, or something about it. */
const harmlessEnds = new Set([
  ...['file', 'path', 'dir', 'folder', 'sock', 'socket', 'url', 'uri', 'host', 'port', 'name', 'type'],
  ...[
    'mode',
    'method',
    'scheme',
    'header',
    'enabled',
    'ttl',
    'timeout',
    'expiry',
    'length',
    'limit',
    'count',
  ],
]);
/** The working directory, as shells name it. */
const directories = /^(OLD)?PWD$/;

/** `DB_PASSWORD`, `X-Api-Key` and `accessToken` name secrets; `TOKEN_FILE` and `KEYBOARD` do not. */
export function namesSecret(name: string): boolean {
  if (directories.test(name)) return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => secretWords.has(word)) && !harmlessEnds.has(words.at(-1) ?? '');
}
