import type { StreamMark, Timeline } from '../../model.ts';
import { s } from '../dom.ts';
import { counted, duration, endWords, moment } from '../words.ts';
import type { Drawing, Lane } from './lane.ts';

const rowHeight = 8;
const areaHeight = 64;
const leastForName = 40;

/** Every stream as a line from its opening to its end; too many of them as their number over time. */
export function streamsLane({ streams, waves }: Timeline): Lane | undefined {
  if (streams.total === 0) return undefined;
  const isArea = streams.each.length === 0;
  return {
    label: 'Streams',
    hint: isArea ? `up to ${streams.mostOpen} at once` : counted(streams.total, 'stream'),
    height: 14 + (isArea ? areaHeight : Math.max(2, streams.rows) * rowHeight),
    draw: (drawing) => [
      s(
        'g',
        {},
        waves.map((wave, index) => abortLine(wave, waves[index + 1]?.abortedMs ?? null, drawing)),
      ),
      isArea
        ? area(drawing)
        : s(
            'g',
            {},
            streams.each.map((stream) => line(stream, drawing)),
          ),
    ],
  };
}

function abortLine(
  { index, abort, abortedMs, streams }: Timeline['waves'][number],
  nextMs: number | null,
  { scale, top, height }: Drawing,
): SVGElement {
  if (abortedMs === null || abortedMs < scale.fromMs || abortedMs > scale.toMs) return s('g', {});
  const x = scale.x(abortedMs);
  const isNearEnd = x > scale.right - 90;
  const isAlone = nextMs === null || scale.x(nextMs) - x > leastForName;
  return s(
    'g',
    {},
    s('title', {}, `wave ${index}: ${counted(streams, 'stream')} ${endWords(abort)} at ${moment(abortedMs)}`),
    s('line', { x1: x, x2: x, y1: top, y2: top + height, class: 'abort-line' }),
    isAlone
      ? s(
          'text',
          {
            x: isNearEnd ? x - 4 : x + 4,
            y: top + 6,
            class: 'abort-name',
            'text-anchor': isNearEnd ? 'end' : 'start',
          },
          abort,
        )
      : null,
  );
}

function line(stream: StreamMark, { scale, top }: Drawing): SVGElement | null {
  const { row, wave, openedMs, firstByteMs, endedMs, events, status, end } = stream;
  if (endedMs < scale.fromMs || openedMs > scale.toMs) return null;
  const y = top + 14 + row * rowHeight + rowHeight / 2;
  const [x1, x2] = [scale.clamped(openedMs), scale.clamped(endedMs)];
  const sending = firstByteMs === null ? x2 : scale.clamped(firstByteMs);
  return s(
    'g',
    {},
    s(
      'title',
      {},
      [
        `stream of wave ${wave}, opened at ${moment(openedMs)}`,
        firstByteMs === null
          ? 'no byte came'
          : `first byte after ${duration(firstByteMs - openedMs)}, ${counted(events, 'event')}`,
        ...(status === null ? [] : [`status ${status}`]),
        `${endWords(end)} at ${moment(endedMs)}`,
      ].join('; '),
    ),
    s('rect', { x: x1, y: y - 4, width: Math.max(4, x2 - x1), height: 8, class: 'hit' }),
    s('line', { x1, x2: sending, y1: y, y2: y, class: 'stream waiting' }),
    s('line', { x1: sending, x2, y1: y, y2: y, class: 'stream sending' }),
    endedMs > scale.toMs ? null : glyph(end, x2, y),
  );
}

/** How it ended, by its shape. */
export function glyph(end: string, x: number, y: number): SVGElement {
  const r = 3.2;
  switch (end) {
    case 'reset':
      return s('path', {
        d: `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`,
        class: 'end ours',
      });
    case 'close':
      return s('path', { d: `M${x} ${y - r - 0.6}V${y + r + 0.6}`, class: 'end ours' });
    case 'early':
      return s('path', { d: `M${x + r} ${y - r}L${x - r} ${y}L${x + r} ${y + r}`, class: 'end ours' });
    case 'open':
      return s('path', { d: `M${x - r} ${y - r}L${x} ${y}L${x - r} ${y + r}`, class: 'end ours' });
    case 'failed':
      return s('path', { d: `M${x} ${y - r - 1}L${x + r + 1} ${y + r}H${x - r - 1}Z`, class: 'end theirs' });
    default:
      return s('rect', { x: x - r, y: y - r, width: 2 * r, height: 2 * r, class: 'end theirs' });
  }
}

function area({ model, scale, top, height }: Drawing): SVGElement {
  const { open, mostOpen } = model.timeline.streams;
  const bottom = top + height;
  const y = (count: number) => bottom - (count / Math.max(1, mostOpen)) * areaHeight;
  return s(
    'g',
    {},
    s('path', {
      d: steps(
        open.map(([atMs, count]) => [scale.clamped(atMs), y(count)]),
        bottom,
      ),
      class: 'open-area',
    }),
    s('path', {
      d: steps(
        open.map(([atMs, , count]) => [scale.clamped(atMs), y(count)]),
        bottom,
      ),
      class: 'sending-area',
    }),
    s(
      'text',
      { x: scale.right - 2, y: top + 20, class: 'scale-name', 'text-anchor': 'end' },
      `${mostOpen} open`,
    ),
  );
}

function steps(points: readonly (readonly [number, number])[], bottom: number): string {
  const [first] = points;
  if (!first) return '';
  const path = points.map(([x, y]) => `H${x.toFixed(1)}V${y.toFixed(1)}`).join('');
  return `M${first[0].toFixed(1)} ${bottom}${path}V${bottom}Z`;
}
