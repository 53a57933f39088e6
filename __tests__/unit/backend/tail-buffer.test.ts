import { expect } from '@jest/globals';
import fc from 'fast-check';
import { TailBuffer } from '../../../src/backend/tail-buffer.ts';
import { fuzz } from '../../support/fuzz.ts';

fuzz<[Uint8Array[], number]>(
  'keeps the last bytes, however they came',
  [fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 12 }), fc.integer({ min: 1, max: 20 })],
  (chunks, size) => {
    const tail = new TailBuffer(size);
    for (const chunk of chunks) tail.write(Buffer.from(chunk));
    expect([...tail.read()]).toEqual([...Buffer.concat(chunks).subarray(-size)]);
  },
);
