import { describe, expect, test } from '@jest/globals';
import { upstreamModes } from '../../../src/upstream/modes/index.ts';
import { nextHopFrom } from '../../../src/upstream/next-hop.ts';

const hop = (
  env: Record<string, string>,
  host = 'api.example.com',
  port = 443,
  scheme: 'http' | 'https' = 'https',
) => nextHopFrom(env)(scheme, host, port)?.href;

test.each<[string, Record<string, string>, 'http' | 'https', string | undefined]>([
  ['no proxy', {}, 'https', undefined],
  ['lower case', { https_proxy: 'http://corp:3128' }, 'https', 'http://corp:3128/'],
  ['upper case', { HTTPS_PROXY: 'http://corp:3128' }, 'https', 'http://corp:3128/'],
  ['lower case wins', { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, 'https', 'http://a:1/'],
  ['an empty one switches off', { https_proxy: '', HTTPS_PROXY: 'http://b:1' }, 'https', undefined],
  ['without a scheme', { https_proxy: 'corp:3128' }, 'https', 'http://corp:3128/'],
  ['with a password', { https_proxy: 'http://u:p@corp:3128' }, 'https', 'http://u:p@corp:3128/'],
  ['that of the other scheme', { http_proxy: 'http://corp:3128' }, 'https', undefined],
  ['that of http', { http_proxy: 'http://corp:3128' }, 'http', 'http://corp:3128/'],
  ['garbage', { https_proxy: 'http://' }, 'https', undefined],
])('%s', (_, env, scheme, expected) => {
  expect(hop(env, 'api.example.com', 443, scheme)).toBe(expected);
});

describe('NO_PROXY', () => {
  test.each<[string, string, number, boolean]>([
    ['api.example.com', 'api.example.com', 443, true],
    ['example.com', 'api.example.com', 443, true],
    ['.example.com', 'api.example.com', 443, true],
    ['*.example.com', 'api.example.com', 443, true],
    ['*', 'api.example.com', 443, true],
    ['EXAMPLE.com', 'API.example.COM', 443, true],
    ['other.org, example.com', 'api.example.com', 443, true],
    ['other.org example.com', 'api.example.com', 443, true],
    ['example.com:443', 'api.example.com', 443, true],
    ['10.0.0.1', '10.0.0.1', 80, true],
    ['example.com:80', 'api.example.com', 443, false],
    ['ample.com', 'api.example.com', 443, false],
    ['api.example.com', 'example.com', 443, false],
    ['other.org', 'api.example.com', 443, false],
    ['', 'api.example.com', 443, false],
    [' , ', 'api.example.com', 443, false],
  ])('%j for %s:%d goes directly: %s', (noProxy, host, port, direct) => {
    const parent = 'http://corp:3128';
    for (const name of ['no_proxy', 'NO_PROXY']) {
      expect(hop({ https_proxy: parent, [name]: noProxy }, host, port)).toBe(
        direct ? undefined : `${parent}/`,
      );
    }
  });

  test('holds IPv6 addresses', () => {
    expect(hop({ https_proxy: 'http://corp:3128', no_proxy: '::1' }, '::1')).toBeUndefined();
  });
});

test('upstream modes: `live` never hangs, `stall` from the first stream on', () => {
  expect(upstreamModes).toEqual({
    live: { booting: 'forward', streaming: 'forward' },
    stall: { booting: 'forward', streaming: 'hang' },
  });
});
