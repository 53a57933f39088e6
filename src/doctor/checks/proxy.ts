import { nextHopFrom } from '../../upstream/next-hop.ts';
import { type Check, type CheckResult, ok, warning } from '../check.ts';

/** Some host that only `NO_PROXY=*` excepts. */
const anyHost = 'hang-gate.invalid';
const schemes = [
  ['http', 80],
  ['https', 443],
] as const;

/** Which way the backend's own requests take behind the gate's proxy. */
export const proxy: Check = {
  id: 'proxy',
  title: 'proxy',
  run: ({ env }) => judgeProxy(env),
};

export function judgeProxy(env: NodeJS.ProcessEnv): CheckResult {
  const nextHop = nextHopFrom(env);
  const hops = schemes.map(([scheme, port]) => ({ scheme, hop: nextHop(scheme, anyHost, port) }));
  const loopback = 'requests to this machine take none';
  const ways = hops.map(({ scheme, hop }) =>
    hop ? `${scheme} through ${shown(hop)}` : `${scheme} directly`,
  );
  const found = hops.some(({ hop }) => hop)
    ? `the gate's own proxy passes on ${ways.join(' and ')}; ${loopback}`
    : `the gate's own is the only one; ${loopback}`;

  const spoken = hops.filter(({ hop }) => hop && hop.protocol !== 'http:');
  if (spoken.length > 0) {
    return warning(
      found,
      `The gate speaks only plain HTTP to a proxy: give one that begins with http:// for ${spoken.map(({ scheme }) => scheme).join(' and ')}.`,
    );
  }
  const unread = schemes.map(([scheme]) => `${scheme}_proxy`).filter((name) => isUnreadable(name, env));
  if (unread.length > 0) {
    return warning(found, `The value of ${unread.join(' and ')} is no URL and is passed over: correct it.`);
  }
  if ((env['all_proxy'] ?? env['ALL_PROXY']) && !hops.some(({ hop }) => hop)) {
    return warning(found, 'ALL_PROXY is not followed: set HTTP_PROXY and HTTPS_PROXY instead.');
  }
  return ok(found);
}

function isUnreadable(name: string, env: NodeJS.ProcessEnv): boolean {
  const value = env[name] ?? env[name.toUpperCase()];
  if (!value) return false;
  return !URL.canParse(value.includes('://') ? value : `http://${value}`);
}

/** Without user and password. */
function shown({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}
