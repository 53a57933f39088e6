import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';

/** What a file has to be like, to be the one that was written. */
export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
}

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const chunkBytes = 1024 * 1024;

export function digestOf(content: Buffer): FileDigest {
  return { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** True when there is such a file; a link is not followed. */
export async function isLike(path: string, { bytes, sha256 }: FileDigest): Promise<boolean> {
  const status = await lstat(path);
  // Anything else could be endless, or wait for a writer that never comes.
  if (!status.isFile() || status.size !== bytes) return false;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(chunkBytes);
    for (let at = 0; at < bytes; ) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, at);
      if (bytesRead === 0) return false;
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    return hash.digest('hex') === sha256;
  } finally {
    await file.close();
  }
}
