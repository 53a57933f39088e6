import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * `read-only`: what a fork's pull request is given, `no-access`: the repository is not to be seen, `broken` answers 500,
 * `hang` takes the request and is silent.
 */
export type ApiMode = 'ok' | 'read-only' | 'no-access' | 'broken' | 'hang';

export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

/** Who writes with a job's own token. */
export const ownLogin = 'github-actions[bot]';
const pageSize = 100;

/** The comments of pull request 7 of octo/news, as far as the gate needs GitHub's API. */
export class GitHubApi implements AsyncDisposable {
  mode: ApiMode = 'ok';
  readonly comments: Comment[] = [];
  /** `GET`, `POST` … of every request but GraphQL's, since the last `forget`. */
  calls: string[] = [];
  readonly authorizations = new Set<string | undefined>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<GitHubApi> {
    const api = new GitHubApi();
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(login: string, body: string): Comment {
    const comment = { id: 1_000 + this.comments.length, user: { login }, body };
    this.comments.push(comment);
    return comment;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const text = Buffer.concat(await Array.fromAsync(request)).toString();
    const method = request.method ?? '';
    this.authorizations.add(request.headers.authorization);
    if (url.pathname !== '/graphql') this.calls.push(method);
    if (this.mode === 'hang') return;
    const { status, body, headers = {} } = this.#route(method, url, text === '' ? {} : JSON.parse(text));
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  #route(method: string, url: URL, { body = '' }: { body?: string }): Answer {
    if (this.mode === 'broken') return { status: 500, body: { message: 'Server Error' } };
    if (url.pathname === '/graphql') return { status: 200, body: { data: { viewer: { login: ownLogin } } } };
    if (this.mode === 'no-access') return { status: 404, body: { message: 'Not Found' } };
    const all = '/repos/octo/news/issues/7/comments';
    if (method === 'GET' && url.pathname === all) return this.#page(url);
    if (this.mode === 'read-only')
      return { status: 403, body: { message: 'Resource not accessible by integration' } };
    if (method === 'POST' && url.pathname === all) return { status: 201, body: this.add(ownLogin, body) };
    const comment = this.comments.find(({ id }) => url.pathname === `/repos/octo/news/issues/comments/${id}`);
    if (method !== 'PATCH' || !comment) return { status: 404, body: { message: 'Not Found' } };
    comment.body = body;
    return { status: 200, body: comment };
  }

  #page(url: URL): Answer {
    const page = Number(url.searchParams.get('page') ?? '1');
    const size = Math.min(pageSize, Number(url.searchParams.get('per_page') ?? '30'));
    const next = new URL(url);
    next.searchParams.set('page', String(page + 1));
    const headers: Record<string, string> =
      page * size < this.comments.length ? { link: `<${next}>; rel="next"` } : {};
    return { status: 200, body: this.comments.slice((page - 1) * size, page * size), headers };
  }
}

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Record<string, string>;
}
