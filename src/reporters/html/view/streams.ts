import { largest } from '../../../analysis/largest.ts';
import type { Evidence, Stream } from '../../../evidence/schema.ts';
import type { StreamLane, StreamMark } from '../model.ts';
import { tenth } from './figures.ts';

/** More at once cannot be told apart as lines. */
const mostRows = 24;
const mostDrawn = 1_000;
const mostSteps = 600;

export function streamLane(evidence: Evidence, endMs: number): StreamLane {
  const streams = [...evidence.streams, ...(evidence.streamsAfter ?? [])].toSorted(
    (a, b) => a.openedMs - b.openedMs,
  );
  const abortOf = new Map(evidence.waves.map(({ index, abort }) => [index, abort]));
  const rows = packed(streams, endMs);
  const rowCount = 1 + largest([-1, ...rows]);
  const isDrawn = rowCount <= mostRows && streams.length <= mostDrawn;
  const open = thinned(openOverTime(streams, endMs));
  return {
    total: streams.length,
    rows: isDrawn ? rowCount : 0,
    each: isDrawn ? streams.map((stream, index) => markOf(stream, rows[index] ?? 0, abortOf, endMs)) : [],
    open,
    mostOpen: Math.max(0, largest(open.map(([, count]) => count))),
  };
}

function markOf(
  stream: Stream,
  row: number,
  abortOf: ReadonlyMap<number, string>,
  endMs: number,
): StreamMark {
  const { wave, openedMs, firstByteMs, endedMs, events, status, end } = stream;
  return {
    row,
    wave,
    openedMs: tenth(openedMs),
    firstByteMs: firstByteMs === null ? null : tenth(firstByteMs),
    endedMs: tenth(endedMs ?? endMs),
    events,
    status,
    end: end === 'aborted' ? (abortOf.get(wave) ?? 'close') : (end ?? 'open'),
  };
}

/** The row of each: the first that is free again. */
function packed(streams: readonly Stream[], endMs: number): number[] {
  const busyUntil: number[] = [];
  return streams.map(({ openedMs, endedMs }) => {
    const free = busyUntil.findIndex((untilMs) => untilMs <= openedMs);
    const row = free < 0 ? busyUntil.length : free;
    busyUntil[row] = endedMs ?? endMs;
    return row;
  });
}

function openOverTime(streams: readonly Stream[], endMs: number): [number, number, number][] {
  const changes = streams
    .flatMap(({ openedMs, firstByteMs, endedMs }): [number, number, number][] => [
      [openedMs, 1, 0],
      ...(firstByteMs === null ? [] : [[firstByteMs, 0, 1] as [number, number, number]]),
      [endedMs ?? endMs, -1, firstByteMs === null ? 0 : -1],
    ])
    .sort(([a], [b]) => a - b);
  let [open, sending] = [0, 0];
  return changes.map(([atMs, opened, began]) => {
    open += opened;
    sending += began;
    return [tenth(atMs), open, sending];
  });
}

/** Of many steps that fall into one stretch the highest stands for all, and the last ends it. */
function thinned(steps: readonly [number, number, number][]): [number, number, number][] {
  if (steps.length <= mostSteps) return [...steps];
  const perStretch = Math.ceil((2 * steps.length) / mostSteps);
  const stretches = Array.from({ length: Math.ceil(steps.length / perStretch) }, (_, index) =>
    steps.slice(index * perStretch, (index + 1) * perStretch),
  );
  return stretches.flatMap((stretch) => {
    const highest = stretch.reduce((most, step) => (step[1] > most[1] ? step : most));
    const last = stretch.at(-1) as [number, number, number];
    return highest === last ? [last] : [highest, last];
  });
}
