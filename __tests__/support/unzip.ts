import { inflateRawSync } from 'node:zlib';
import type { ArtifactService } from './runner/artifact-service.ts';

const entrySignature = 0x02014b50;
const endSignature = 0x06054b50;

/** The report as a whole; a single file of it is uploaded as it is. */
export function zipOf({ artifacts }: Pick<ArtifactService, 'artifacts'>): Buffer {
  const found = artifacts.find(({ zip }) => zip.subarray(0, 2).toString() === 'PK');
  if (!found) throw new Error(`no zip among ${artifacts.length} artifacts`);
  return found.zip;
}

/** What a zip holds, by name. */
export function unzip(zip: Buffer): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || zip.readUInt32LE(end) !== endSignature) throw new Error('no zip: it has no end record');
  for (let at = zip.readUInt32LE(end + 16); zip.readUInt32LE(at) === entrySignature; ) {
    const [size, nameLength, extraLength, commentLength] = [20, 28, 30, 32].map((offset) =>
      offset === 20 ? zip.readUInt32LE(at + offset) : zip.readUInt16LE(at + offset),
    ) as [number, number, number, number];
    const header = zip.readUInt32LE(at + 42);
    const begin = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const content = zip.subarray(begin, begin + size);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    files[name] = zip.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}
