import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `conflict` is a name that the run has already used, `broken` answers 500, `hang` takes the request and is silent. */
export type ServiceMode = 'ok' | 'broken' | 'hang' | 'conflict';

export interface UploadedArtifact {
  readonly name: string;
  readonly zip: Buffer;
  readonly hash: string | undefined;
  readonly authorization: string | undefined;
}

/** GitHub's results service and its blob store, as far as an upload needs them. */
export class ArtifactService implements AsyncDisposable {
  /** Those that were finalized. */
  readonly artifacts: UploadedArtifact[] = [];
  /** `CreateArtifact`, `block`, … in the order of the requests. */
  readonly calls: string[] = [];
  readonly #mode: ServiceMode;
  readonly #blocks = new Map<string, Map<string, Buffer>>();
  readonly #blobs = new Map<string, Buffer>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  private constructor(mode: ServiceMode) {
    this.#mode = mode;
  }

  static async start(mode: ServiceMode): Promise<ArtifactService> {
    const service = new ArtifactService(mode);
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const body = Buffer.concat(await Array.fromAsync(request));
    const method = /^\/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/(\w+)$/.exec(pathname)?.[1];
    this.calls.push(method ?? searchParams.get('comp') ?? pathname);
    if (this.#mode === 'hang') return;
    if (method === undefined) {
      this.#takeBlob(pathname, searchParams, body);
      response.writeHead(201).end();
      return;
    }
    const { status, answer } = this.#call(method, JSON.parse(body.toString()), request.headers.authorization);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #call(method: string, { name, hash }: TwirpRequest, authorization: string | undefined): TwirpAnswer {
    const path = `/blob/${encodeURIComponent(name)}`;
    if (this.#mode === 'broken') return { status: 500, answer: { code: 'internal', msg: 'internal error' } };
    if (method === 'CreateArtifact') {
      if (this.#mode === 'conflict' || this.#blocks.has(path)) return { status: 409, answer: alreadyExists };
      this.#blocks.set(path, new Map());
      return { status: 200, answer: { ok: true, signed_upload_url: new URL(path, this.url).href } };
    }
    const zip = this.#blobs.get(path);
    if (!zip) return { status: 404, answer: { code: 'not_found', msg: 'no such blob' } };
    this.artifacts.push({ name, zip, hash, authorization });
    return { status: 200, answer: { ok: true, artifact_id: String(100 + this.artifacts.length) } };
  }

  #takeBlob(path: string, parameters: URLSearchParams, body: Buffer): void {
    const blocks = this.#blocks.get(path) ?? new Map<string, Buffer>();
    if (parameters.get('comp') === 'block') {
      blocks.set(parameters.get('blockid') ?? '', body);
    } else {
      const ids = [...body.toString().matchAll(/<Latest>(.*?)<\/Latest>/g)].map(([, id]) => id as string);
      this.#blobs.set(path, Buffer.concat(ids.map((id) => blocks.get(id) ?? Buffer.alloc(0))));
    }
  }
}

interface TwirpRequest {
  readonly name: string;
  readonly hash?: string;
}

interface TwirpAnswer {
  readonly status: number;
  readonly answer: object;
}

const alreadyExists = {
  code: 'already_exists',
  msg: 'an artifact with this name already exists on the workflow run',
};
