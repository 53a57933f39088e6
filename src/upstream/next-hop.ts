/** Where a request of the backend goes from the gate's proxy: to its host, or to a proxy that was set before. */
export type NextHop = (scheme: 'http' | 'https', host: string, port: number) => URL | undefined;

/** Follows the proxy variables of the gate's own environment, so that a runner behind a proxy keeps its way out. */
export function nextHopFrom(env: NodeJS.ProcessEnv): NextHop {
  const parents = {
    http: proxyUrl(env['http_proxy'] ?? env['HTTP_PROXY']),
    https: proxyUrl(env['https_proxy'] ?? env['HTTPS_PROXY']),
  };
  const exceptions = (env['no_proxy'] ?? env['NO_PROXY'] ?? '')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => entry.toLowerCase());
  return (scheme, host, port) =>
    exceptions.some((entry) => matches(entry, host.toLowerCase(), port)) ? undefined : parents[scheme];
}

function proxyUrl(text: string | undefined): URL | undefined {
  if (text === undefined || text === '') return undefined;
  return URL.parse(text.includes('://') ? text : `http://${text}`) ?? undefined;
}

function matches(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  // An IPv6 address has colons of its own; with a port it stands in brackets.
  const isAddress = !entry.startsWith('[') && entry.indexOf(':') !== entry.lastIndexOf(':');
  const [name = '', onlyPort] = isAddress ? [entry] : entry.split(/:(?=\d+$)/);
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
  const suffix = name.replace(/^\*?\.?/, '').replace(/^\[|\]$/g, '');
  return host.replace(/^\[|\]$/g, '') === suffix || host.endsWith(`.${suffix}`);
}
