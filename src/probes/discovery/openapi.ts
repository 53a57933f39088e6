/** The routes of an app as its OpenAPI document describes them. It is the backend's word: nothing in it is trusted. */
import * as z from 'zod';

export interface ApiDocument {
  /** The path in front of every route, where the document names one. */
  readonly prefix: string | undefined;
  /** Routes whose GET needs no parameter, no credentials and no body, and answers once instead of streaming. */
  readonly routes: readonly string[];
}

/** Of a document with more routes the rest is not read. */
const mostRoutes = 2_000;
const longestPath = 200;

const nothing = z.never().optional();
/** A `$ref` may lead anywhere, so it counts as a parameter that is needed. */
const optionalParameters = z
  .array(
    z.object({
      $ref: nothing,
      in: z.enum(['query', 'header', 'cookie']),
      required: z.literal(false).optional(),
    }),
  )
  .optional();
/** Schemes of which one is enough; an empty one means that none is needed. */
const security = z.array(z.record(z.string(), z.unknown()));
const responses = z.record(
  z.string(),
  z.object({ content: z.record(z.string(), z.unknown()).optional() }).catch({}),
);
const answerType = /^(?:application\/(?:[\w.-]+\+)?json|text\/(?:plain|html)|\*\/\*)(?:;|$)/i;

const simplePath = z.object({
  $ref: nothing,
  servers: nothing,
  parameters: optionalParameters,
  get: z.object({
    parameters: optionalParameters,
    requestBody: nothing,
    servers: nothing,
    security: security.optional(),
    responses: responses.refine((all) =>
      Object.entries(all)
        .filter(([status]) => status.startsWith('2'))
        .every(([, { content }]) => Object.keys(content ?? {}).every((type) => answerType.test(type))),
    ),
  }),
});

const document = z.object({
  openapi: z.string(),
  servers: z.array(z.object({ url: z.string() })).catch([]),
  security: security.catch([]),
  paths: z.record(z.string(), z.unknown()),
});

/** `undefined` when the text is no OpenAPI document. */
export function readOpenApi(text: string): ApiDocument | undefined {
  const parsed = document.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { paths, servers, security: byDefault } = parsed.data;
  const routes = Object.entries(paths)
    .slice(0, mostRoutes)
    .filter(([path, item]) => isPlainPath(path) && needsNothing(item, byDefault))
    .map(([path]) => path);
  const base = servers[0]?.url.replace(/\/$/, '');
  return { prefix: base !== undefined && (base === '' || isPlainPath(base)) ? base : undefined, routes };
}

/** True for a path that any client sends as it stands, to the same origin, and that no terminal stumbles over. */
export function isPlainPath(path: string): boolean {
  return path.length <= longestPath && (path === '/' || /^(?:\/[\w~-][\w.~-]*)+\/?$/.test(path));
}

function needsNothing(item: unknown, byDefault: z.infer<typeof security>): boolean {
  const parsed = simplePath.safeParse(item);
  if (!parsed.success) return false;
  const schemes = parsed.data.get.security ?? byDefault;
  return schemes.length === 0 || schemes.some((scheme) => Object.keys(scheme).length === 0);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
