import type { PageModel } from '../../model.ts';
import { s } from '../dom.ts';
import { selectDump } from '../dumps/select.ts';
import type { Store } from '../store.ts';
import type { TimeScale } from './scale.ts';
import { type DumpMarks, dumpLabel, dumpShape } from './worker-lane.ts';

/** The dumps as buttons on the timeline; one of them at a time is in the order of the tab key. */
export function dumpMarks({ dumps: { dumps } }: PageModel, store: Store): DumpMarks {
  const of = (pid: number) => dumps.flatMap((dump, index) => (dump.pid === pid ? [{ dump, index }] : []));
  return {
    count: (pid) => of(pid).length,
    draw: (pid, { scale }, top) => {
      const seen = of(pid).filter(({ dump }) => dump.atMs >= scale.fromMs && dump.atMs <= scale.toMs);
      const places = apart(
        seen.map(({ dump }) => scale.x(dump.atMs)),
        scale,
      );
      return seen.map(({ dump, index }, nth) => {
        const exact = scale.x(dump.atMs);
        const x = places[nth] ?? exact;
        const y = top + 15;
        const label = dumpLabel(dump, index);
        return s(
          'g',
          {
            class: 'dump-mark',
            role: 'button',
            'aria-label': label,
            'aria-pressed': String(store.state.dump === index),
            'data-dump': index,
            tabindex: store.state.dump === index ? 0 : -1,
            click: () => selectDump(store, index, true),
            keydown: (event: KeyboardEvent) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              selectDump(store, index, true);
            },
          },
          s('title', {}, label),
          s('line', { x1: exact, x2: x, y1: top - 16, y2: y - 9, class: 'dump-line' }),
          s('path', { d: dumpShape(x, y), class: 'dump-shape' }),
          s('text', { x, y: y + 0.5, class: 'dump-number' }, String(index + 1)),
        );
      });
    },
  };
}

const markPixels = 19;

/** Marks that would hide each other are moved apart, within the drawing; the line of each shows its moment. */
function apart(exact: readonly number[], { left, right }: TimeScale): number[] {
  const places: number[] = [];
  for (const x of exact) places.push(Math.max(x, left + 9, (places.at(-1) ?? -markPixels) + markPixels));
  let limit = right - 9;
  for (let at = places.length - 1; at >= 0; at -= 1) {
    places[at] = Math.max(left + 9, Math.min(places[at] ?? 0, limit));
    limit = (places[at] ?? 0) - markPixels;
  }
  return places;
}
