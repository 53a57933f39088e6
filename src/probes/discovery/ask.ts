import { freshClient } from '../../http/client.ts';

export interface Question {
  readonly origin: string;
  readonly path: string;
  /** Longer answers count as none. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly tookMs: number;
}

/** The complete answer to one GET; `undefined` for a stream, and for all that is late, too long or broken. */
export async function ask({
  origin,
  path,
  maxBytes,
  timeoutMs,
  signal,
}: Question): Promise<Answer | undefined> {
  const client = freshClient(origin);
  const beganMs = performance.now();
  try {
    const { statusCode, headers, body } = await client.request({
      method: 'GET',
      path,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (String(headers['content-type']).startsWith('text/event-stream')) return undefined;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) return undefined;
      chunks.push(chunk);
    }
    return {
      status: statusCode,
      text: Buffer.concat(chunks).toString(),
      tookMs: performance.now() - beganMs,
    };
  } catch {
    return undefined;
  } finally {
    client.destroy().catch(() => {});
  }
}
