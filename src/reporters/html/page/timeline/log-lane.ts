import type { Log } from '../../model.ts';
import { s } from '../dom.ts';
import type { Lane } from './lane.ts';

/** When the backend printed something. */
export function logLane({ lines }: Log): Lane | undefined {
  const times = lines.flatMap(({ atMs }) => (atMs === null ? [] : [atMs]));
  if (times.length === 0) return undefined;
  return {
    label: 'Log',
    height: 12,
    draw: ({ scale, top, height }) => {
      const columns = new Set(
        times
          .filter((atMs) => atMs >= scale.fromMs && atMs <= scale.toMs)
          .map((atMs) => Math.round(scale.x(atMs))),
      );
      const path = [...columns].map((x) => `M${x + 0.5} ${top + 1}V${top + height - 1}`).join('');
      return s('path', { d: path, class: 'log-tick' });
    },
  };
}
