import type { DumpView, WorkerLane } from '../../model.ts';
import { s } from '../dom.ts';
import { duration, moment } from '../words.ts';
import type { Drawing, Lane } from './lane.ts';
import { fillOf } from './patterns.ts';

const barHeight = 18;

export const stateWords: Readonly<Record<string, string>> = {
  free: 'free: comes back to its selector',
  busy: 'busy: runs',
  blocked: 'blocked: sleeps, and not at its selector',
  starved: 'starved: has no processor',
  held: 'held: somebody else kept it from running',
  unseen: 'not followed',
};

/** What a worker's event loop was doing, and below it the dumps that were taken of it. */
export function workerLane(worker: WorkerLane, marks: DumpMarks): Lane {
  return {
    label: worker.label,
    hint: 'event loop',
    height: barHeight + (marks.count(worker.pid) > 0 ? 26 : 4),
    draw: (drawing) => [
      ...bars(worker, drawing),
      ...marks.draw(worker.pid, drawing, drawing.top + barHeight),
    ],
  };
}

/** Dumps of processes that have no lane of their own. */
export function dumpsLane(pids: readonly number[], marks: DumpMarks): Lane | undefined {
  if (pids.every((pid) => marks.count(pid) === 0)) return undefined;
  return {
    label: 'Dumps',
    height: 26,
    draw: (drawing) => pids.flatMap((pid) => marks.draw(pid, drawing, drawing.top)),
  };
}

export interface DumpMarks {
  count(pid: number): number;
  /** Below `top`. */
  draw(pid: number, drawing: Drawing, top: number): SVGElement[];
}

function bars({ spans, goneMs }: WorkerLane, { scale, top }: Drawing): SVGElement[] {
  const shown = spans.filter(({ startMs, endMs }) => endMs > scale.fromMs && startMs < scale.toMs);
  return [
    ...shown.map(({ startMs, endMs, state, detail }) => {
      const [x1, x2] = [scale.clamped(startMs), scale.clamped(endMs)];
      const inset = state === 'free' ? 6 : state === 'unseen' ? 8 : state === 'busy' ? 3 : 0;
      const width = Math.max(state === 'unseen' ? 0 : 1, x2 - x1);
      const name = `${state} ${duration(endMs - startMs)}`;
      const isNamed = state !== 'unseen' && state !== 'free' && width > name.length * 7.2 + 10;
      return s(
        'g',
        {},
        s('title', {}, `${moment(startMs)}: ${detail}`),
        s('rect', {
          x: x1,
          y: top + inset,
          width,
          height: barHeight - 2 * inset,
          class: `state ${state}`,
          fill: fillOf(state, 'chart'),
        }),
        isNamed
          ? [
              s('rect', {
                x: x1 + 4,
                y: top + 2,
                width: name.length * 7.2 + 4,
                height: barHeight - 4,
                rx: 2,
                class: 'state-plate',
              }),
              s('text', { x: x1 + 6, y: top + barHeight / 2, class: `state-name ${state}` }, name),
            ]
          : null,
      );
    }),
    ...(goneMs === null || goneMs < scale.fromMs || goneMs > scale.toMs
      ? []
      : [s('text', { x: scale.x(goneMs) + 3, y: top + barHeight / 2, class: 'gone' }, '† gone')]),
  ];
}

/** A diamond with the number of its dump. */
export function dumpShape(x: number, y: number): string {
  return `M${x} ${y - 9}L${x + 9} ${y}L${x} ${y + 9}L${x - 9} ${y}Z`;
}

export function dumpLabel(dump: DumpView, index: number): string {
  return `Dump ${index + 1}: pid ${dump.pid} at ${moment(dump.atMs)}, ${dump.trigger}${dump.loop === null ? '' : `, loop ${dump.loop}`}`;
}
