import { expect, test } from '@jest/globals';
import { candidatesOf } from '../../../../src/probes/discovery/candidates.ts';

const of = (routes: string[], prefix?: string) => candidatesOf({ prefix, routes }, '', ['/', '/health']);

test('what is made for being asked comes first, then what is short', () => {
  expect(of(['/catalogue', '/items', '/api/version', '/readyz'])).toEqual([
    '/readyz',
    '/api/version',
    '/items',
    '/catalogue',
  ]);
});

test('at most ten', () => {
  expect(of(Array.from({ length: 30 }, (_, at) => `/items${at}`))).toHaveLength(10);
});

test('not what is asked already, whatever its end', () => {
  expect(of(['/', '/health', '/health/', '/items'])).toEqual(['/items']);
});

test.each([
  '/logout',
  '/auth/log-out',
  '/signOut',
  '/items/stream',
  '/events',
  '/api/sse',
  '/export.csv',
  '/downloads',
  '/deleteAll',
  '/cache/clear',
  '/clear_cache',
  '/jobs/run',
  '/runNow',
  '/shutdown',
  '/RESET',
  '/news/refresh',
  '/sync',
])('%s may do more than answer', (route) => {
  expect(of([route])).toEqual([]);
});

test.each(['/items', '/news', '/async/items', '/synced', '/users', '/status', '/live'])(
  '%s is a question',
  (route) => {
    expect(of([route])).toEqual([route]);
  },
);

test('the prefix is the one that the document names, else the one of the settings', () => {
  const routes = ['/items', '/health'];
  expect(candidatesOf({ prefix: undefined, routes }, '/api', ['/api/health'])).toEqual(['/api/items']);
  expect(candidatesOf({ prefix: '', routes }, '/api', ['/api/health'])).toEqual(['/health', '/items']);
  expect(candidatesOf({ prefix: '/v2', routes }, '/api', ['/api/health'])).toEqual([
    '/v2/health',
    '/v2/items',
  ]);
});

test('a path that is no longer plain behind its prefix is left out', () => {
  expect(candidatesOf({ prefix: undefined, routes: ['/items'] }, `/${'a'.repeat(199)}`, [])).toEqual([]);
});
