import { describe, expect, test } from '@jest/globals';
import { isPlainPath, readOpenApi } from '../../../../src/probes/discovery/openapi.ts';

const answer = { responses: { 200: { content: { 'application/json': {} } } } };
const text = (paths: unknown, rest: object = {}) => JSON.stringify({ openapi: '3.1.0', paths, ...rest });
const routesOf = (paths: unknown, rest: object = {}) => readOpenApi(text(paths, rest))?.routes;
const ofGet = (get: object, item: object = {}) =>
  routesOf({ '/items': { ...item, get: { ...answer, ...get } } });

test('only GET counts', () => {
  expect(routesOf({ '/a': { get: answer }, '/b': { post: answer }, '/c': {} })).toEqual(['/a']);
});

describe('what a GET may need', () => {
  const optional = { name: 'page', in: 'query' };
  test.each<[string, object, object]>([
    ['nothing', {}, {}],
    ['optional parameters', { parameters: [optional, { ...optional, required: false }] }, {}],
    ['optional parameters of the path', {}, { parameters: [optional] }],
    ['credentials that are optional', { security: [{ token: [] }, {}] }, {}],
    ['no credentials at all', { security: [] }, {}],
    ['an answer that is a page', { responses: { 200: { content: { 'text/html; charset=utf-8': {} } } } }, {}],
    ['errors of any type', { responses: { 404: { content: { 'image/png': {} } } } }, {}],
  ])('%s', (_, get, item) => {
    expect(ofGet(get, item)).toEqual(['/items']);
  });

  const needed = { name: 'q', in: 'query', required: true };
  test.each<[string, object, object]>([
    ['a parameter', { parameters: [optional, needed] }, {}],
    ['a parameter of the path', {}, { parameters: [needed] }],
    ['a header', { parameters: [{ ...needed, in: 'header' }] }, {}],
    ['a cookie', { parameters: [{ ...needed, in: 'cookie' }] }, {}],
    ['a parameter behind a reference', { parameters: [{ $ref: '#/components/parameters/q' }] }, {}],
    ['a reference with all the rest', { parameters: [{ ...optional, $ref: '#/x' }] }, {}],
    ['a part of the path', { parameters: [{ name: 'id', in: 'path', required: true }] }, {}],
    ['a parameter of an unknown kind', { parameters: [{ name: 'id', in: 'body' }] }, {}],
    ['parameters of a wrong type', { parameters: 'none' }, {}],
    ['a body', { requestBody: {} }, {}],
    ['credentials', { security: [{ token: [] }] }, {}],
    ['another server', { servers: [{ url: 'https://other.example' }] }, {}],
    ['another server for the path', {}, { servers: [{ url: 'https://other.example' }] }],
    ['what a reference says', {}, { $ref: 'https://other.example/paths.json' }],
    ['a stream', { responses: { 200: { content: { 'text/event-stream': {} } } } }, {}],
    ['a stream of JSON lines', { responses: { '2XX': { content: { 'application/x-ndjson': {} } } } }, {}],
    ['no description of its answers', { responses: undefined }, {}],
  ])('not: %s', (_, get, item) => {
    expect(ofGet(get, item)).toEqual([]);
  });

  test('credentials that the whole document asks for', () => {
    const security = [{ token: [] }];
    const paths = { '/mine': { get: answer }, '/open': { get: { ...answer, security: [] } } };
    expect(routesOf(paths, { security })).toEqual(['/open']);
  });
});

test.each([
  ['', ''],
  ['no JSON', '<html>'],
  ['a list', '[]'],
  ['null', 'null'],
  ['no version', '{"paths": {}}'],
  ['no paths', '{"openapi": "3.1.0"}'],
  ['paths of a wrong type', text('/items')],
  ['a list of paths', text(['/items'])],
  ['deep nesting', '['.repeat(200_000)],
])('%j is no document', (_, given) => {
  expect(readOpenApi(given)).toBeUndefined();
});

test('one path of a wrong type does not spoil the others', () => {
  const paths = { '/a': null, '/b': 'x', '/c': { get: [] }, '/d': { get: answer }, __proto__: null };
  expect(routesOf(paths)).toEqual(['/d']);
});

test('of a huge document the beginning is read', () => {
  const paths = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`/r${at}`, { get: answer }]));
  expect(routesOf(paths)).toHaveLength(2_000);
});

test.each([
  [[{ url: '/api' }], '/api'],
  [[{ url: '/api/' }], '/api'],
  [[{ url: '/' }], ''],
  [[{ url: 'https://shop.example/api' }], undefined],
  [[{ url: '//shop.example' }], undefined],
  [[{ url: '/../etc' }], undefined],
  ['/api', undefined],
  [undefined, undefined],
])('servers %j: the prefix is %p', (servers, prefix) => {
  expect(readOpenApi(text({}, { servers }))?.prefix).toBe(prefix);
});

test.each(['/', '/items', '/items/', '/v1.2/news-items_x/~me'])('%s is a plain path', (path) => {
  expect(isPlainPath(path)).toBe(true);
});

test.each([
  '',
  'items',
  '//other.example/x',
  '/a//b',
  'http://other.example/',
  '/http://other.example/',
  '/../x',
  '/a/./b',
  '/a/..',
  '/.env',
  '/items/{id}',
  '/a?b=c',
  '/a#b',
  '/a@other.example',
  '/%2e%2e/x',
  '/a b',
  '/a\\b',
  '/a\r\nHost: other.example',
  '/a\n',
  '/a\u001b[2J',
  '/a`b`',
  '/ä',
  `/${'a'.repeat(200)}`,
])('%j is none', (path) => {
  expect(isPlainPath(path)).toBe(false);
  expect(routesOf({ [path]: { get: answer } })).toEqual([]);
});
