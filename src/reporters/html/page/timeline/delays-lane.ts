import type { Timeline } from '../../model.ts';
import { s } from '../dom.ts';
import type { Lane } from './lane.ts';

/** When the gate itself had no turn: no probe of that time counts against the backend. */
export function delaysLane({ delays }: Timeline): Lane | undefined {
  if (delays.length === 0) return undefined;
  return {
    label: 'Gate late',
    height: 12,
    draw: ({ scale, top, height }) =>
      delays
        .filter(({ startMs, endMs }) => endMs > scale.fromMs && startMs < scale.toMs)
        .map(({ startMs, endMs, note }) => {
          const [x1, x2] = [scale.clamped(startMs), scale.clamped(endMs)];
          return s(
            'rect',
            { x: x1, y: top, width: Math.max(2, x2 - x1), height, class: 'delay' },
            s('title', {}, note ?? ''),
          );
        }),
  };
}
