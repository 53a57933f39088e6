import type { Timeline } from '../../model.ts';
import { s } from '../dom.ts';
import { duration } from '../words.ts';
import type { Lane } from './lane.ts';

const letterPixels = 6.4;

export function phasesLane({ phases }: Timeline): Lane {
  return {
    label: 'Phases',
    height: 22,
    draw: ({ scale, top, height }) =>
      phases
        .filter(({ startMs, endMs }) => endMs > scale.fromMs && startMs < scale.toMs)
        .map(({ name, startMs, endMs, note }, index) => {
          const [x1, x2] = [scale.clamped(startMs), scale.clamped(endMs)];
          const width = Math.max(1, x2 - x1 - 1);
          const room = Math.floor((width - 8) / letterPixels);
          return s(
            'g',
            {},
            s('title', {}, `${name}, ${duration(endMs - startMs)}${note ? `: ${note}` : ''}`),
            s('rect', {
              x: x1,
              y: top,
              width,
              height,
              rx: 3,
              class: `phase ${index % 2 === 0 ? 'even' : 'odd'}`,
            }),
            room < 3
              ? null
              : s(
                  'text',
                  { x: x1 + 5, y: top + height / 2, class: 'phase-name' },
                  name.length <= room ? name : `${name.slice(0, Math.max(1, room - 1))}…`,
                ),
          );
        }),
  };
}
