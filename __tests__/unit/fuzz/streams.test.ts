import { expect, test } from '@jest/globals';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { EventCounter } from '../../../src/streams/event-counter.ts';
import { cuts, fuzz, inPieces } from '../../support/fuzz.ts';

function counted(chunks: readonly Uint8Array[]): number {
  const counter = new EventCounter();
  for (const chunk of chunks) counter.feed(chunk);
  return counter.count;
}

/** By a parser that keeps the events. */
function parsed(bytes: Uint8Array): number {
  const events: unknown[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(Buffer.from(bytes).toString('latin1'));
  return events.length;
}

const part = fc.constantFrom(
  ...[
    'data',
    'data:',
    'data: ',
    'datax',
    ':',
    'event: a',
    'id: 1',
    'retry: 5',
    'x',
    ' ',
    '\xef\xbb\xbf',
    '\xef',
  ],
  ...['\n', '\r', '\r\n', '\n\n', '\r\r', 'data: tick\n\n', '\0', '\xff'],
);
const stream = fc.oneof(
  fc.array(part, { maxLength: 30 }).map((parts) => new Uint8Array(Buffer.from(parts.join(''), 'latin1'))),
  fc.uint8Array({ maxLength: 200 }),
);

fuzz<[Uint8Array, number[]]>(
  'the events are the same, however the stream is cut',
  [stream, cuts],
  (bytes, at) => {
    expect(counted(inPieces(bytes, at))).toBe(counted([bytes]));
  },
);

fuzz<[Uint8Array]>('the events are those that a parser finds', [stream], (bytes) => {
  expect(counted([bytes])).toBe(parsed(bytes));
});

test.each<[string, number]>([
  ['', 0],
  ['data: a\n\n', 1],
  ['data: a\n', 0],
  ['data\n\n', 1],
  ['data:\n\n', 1],
  ['datax: a\n\n', 0],
  [': comment\n\n', 0],
  ['event: a\n\n', 0],
  ['data: a\r\rdata: b\r\n\r\n', 2],
  ['data: a\ndata: b\n\n\n', 1],
  ['\xef\xbb\xbfdata: a\n\n', 1],
  ['\xef\xbbdata: a\n\n', 0],
])('%j holds %i', (text, count) => {
  expect(counted([Buffer.from(text, 'latin1')])).toBe(count);
});
