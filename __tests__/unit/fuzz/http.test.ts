import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect } from '@jest/globals';
import fc from 'fast-check';
import { completeAnswer, freshClient } from '../../../src/http/client.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { close } from '../../../src/streams/abort-modes/close.ts';
import { StreamClient } from '../../../src/streams/stream-client.ts';
import { RunClock } from '../../../src/timing/clock.ts';
import { cuts, fuzz, hostileText, inPieces } from '../../support/fuzz.ts';
import { settingsOf } from '../../support/settings.ts';

let answer: Buffer[] = [];
let server: Server;
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.setNoDelay(true);
    socket.once('data', async () => {
      for (const piece of answer) {
        socket.write(piece);
        await new Promise(setImmediate);
      }
      socket.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());
const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const part = fc.constantFrom(
  ...[
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 103 Early Hints\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  ],
  ...[
    'HTTP/1.0 404 Not Found\r\n',
    'HTTP/1.1 999 \r\n',
    'HTTP/9.9 200 OK\r\n',
    'content-length: 3\r\n',
    'content-length: 99\r\n',
  ],
  ...[
    'content-length: -1\r\n',
    'transfer-encoding: chunked\r\n',
    'transfer-encoding: gzip, chunked\r\n',
    'content-encoding: gzip\r\n',
  ],
  ...[
    'content-type: text/event-stream\r\n',
    'location: /\r\n',
    'connection: close\r\n',
    'x: y\r\n',
    ' folded\r\n',
    '\r\n',
    '\n',
    'abc',
  ],
  ...[
    '3\r\nabc\r\n',
    '0\r\n\r\n',
    'ffffffffffffffff\r\n',
    'data: tick\n\n',
    '\0',
    ':',
    'HTTP/1.1 204 No Content\r\n',
    'HTTP/1.1 304 Not Modified\r\n',
  ],
);
const bytes = fc
  .oneof(
    { weight: 4, arbitrary: fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')) },
    hostileText,
  )
  .map((text) => Buffer.from(text, 'latin1'));

fuzz<[Buffer, number[]]>(
  'a probe gets a status or an error, whatever comes',
  [bytes, cuts],
  async (all, at) => {
    answer = inPieces(all, at);
    const client = freshClient(origin());
    try {
      expect(await completeAnswer(client, '/', AbortSignal.timeout(5_000))).toBeGreaterThanOrEqual(200);
    } catch (error) {
      expect((error as Error).message).not.toMatch(/^$|abort|timeout|Cannot read|is not a function/i);
    } finally {
      await client.destroy().catch(() => {});
    }
  },
);

fuzz<[Buffer, number[]]>('a stream comes to its end, whatever comes', [bytes, cuts], async (all, at) => {
  answer = inPieces(all, at);
  const plan = makePlan(settingsOf({ url: origin() }), undefined, undefined, '/');
  const stream = new StreamClient(plan, 1, close, new RunClock());
  await stream.ended;
  stream.close();
  expect(['ended', 'failed']).toContain(stream.record.end);
  expect(stream.record.bytes).toBeLessThanOrEqual(all.length);
});
