import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How a request fails: `broken` answers 500, `hang` takes it and is silent, `forbidden` answers 403, `reset` drops the
 * connection, `slow` does what was asked after a while.
 */
export type Failure = 'broken' | 'hang' | 'forbidden' | 'reset' | 'slow';

/** `conflict` is a name that the run has already used; the last two keep what was to be uploaded from arriving. */
export type ServiceMode = 'ok' | Failure | 'conflict' | `blob ${Failure}` | `finalize ${Failure}`;

export interface UploadedArtifact {
  readonly name: string;
  readonly zip: Buffer;
  readonly hash: string | undefined;
  readonly authorization: string | undefined;
}

const slowMs = 700;

/** GitHub's results service and its blob store, as far as an upload needs them. */
export class ArtifactService implements AsyncDisposable {
  /** Those that were finalized. */
  readonly artifacts: UploadedArtifact[] = [];
  /** `CreateArtifact`, `block`, … in the order of the requests. */
  readonly calls: string[] = [];
  readonly #mode: ServiceMode;
  readonly #blocks = new Map<string, Map<string, Buffer>>();
  readonly #blobs = new Map<string, Buffer>();
  readonly #server = createServer(
    (request, response) => void this.#answer(request, response).catch(() => {}),
  );

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
    const call = method ?? searchParams.get('comp') ?? pathname;
    this.calls.push(call);
    switch (this.#failureOf(call)) {
      case 'hang':
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'broken':
        return reply(response, { status: 500, answer: { code: 'internal', msg: 'internal error' } });
      case 'forbidden':
        return reply(response, { status: 403, answer: { code: 'permission_denied', msg: 'not allowed' } });
      case 'slow':
        await sleep(slowMs);
        break;
      default:
    }
    if (method !== undefined)
      return reply(response, this.#call(method, JSON.parse(body.toString()), request.headers.authorization));
    this.#takeBlob(pathname, searchParams, body);
    response.writeHead(201).end();
  }

  #failureOf(call: string): string | undefined {
    const [stage, failure] = this.#mode.includes(' ') ? this.#mode.split(' ') : [undefined, this.#mode];
    const isMeant = {
      blob: call.startsWith('block'),
      finalize: call === 'FinalizeArtifact',
    }[stage ?? ''];
    return (isMeant ?? true) ? failure : undefined;
  }

  #call(method: string, request: TwirpRequest, authorization: string | undefined): TwirpAnswer {
    const { name, hash } = request;
    const path = `/blob/${encodeURIComponent(name)}`;
    if (!authorization?.startsWith('Bearer '))
      return { status: 401, answer: { code: 'unauthenticated', msg: 'no token' } };
    if (!request.workflow_run_backend_id || !request.workflow_job_run_backend_id)
      return { status: 400, answer: { code: 'invalid_argument', msg: 'no ids of run and job' } };
    if (method === 'CreateArtifact') {
      if (this.#mode === 'conflict' || this.#blocks.has(path)) return { status: 409, answer: alreadyExists };
      this.#blocks.set(path, new Map());
      return { status: 200, answer: { ok: true, signed_upload_url: new URL(path, this.url).href } };
    }
    const zip = this.#blobs.get(path);
    if (!zip) return { status: 404, answer: { code: 'not_found', msg: 'no such blob' } };
    if (hash !== undefined && hash !== `sha256:${createHash('sha256').update(zip).digest('hex')}`)
      return { status: 400, answer: { code: 'invalid_argument', msg: 'another hash than that of the blob' } };
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

function reply(response: ServerResponse, { status, answer }: TwirpAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

interface TwirpRequest {
  readonly name: string;
  readonly hash?: string;
  readonly workflow_run_backend_id?: string;
  readonly workflow_job_run_backend_id?: string;
}

interface TwirpAnswer {
  readonly status: number;
  readonly answer: object;
}

const alreadyExists = {
  code: 'already_exists',
  msg: 'an artifact with this name already exists on the workflow run',
};
