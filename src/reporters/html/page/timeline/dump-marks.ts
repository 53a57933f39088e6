import type { PageModel } from '../../model.ts';
import { s } from '../dom.ts';
import { selectDump } from '../dumps/select.ts';
import type { Store } from '../store.ts';
import { type DumpMarks, dumpLabel, dumpShape } from './worker-lane.ts';

/** The dumps as buttons on the timeline; one of them at a time is in the order of the tab key. */
export function dumpMarks({ dumps: { dumps } }: PageModel, store: Store): DumpMarks {
  const of = (pid: number) => dumps.flatMap((dump, index) => (dump.pid === pid ? [{ dump, index }] : []));
  return {
    count: (pid) => of(pid).length,
    draw: (pid, { scale }, top) => {
      let lastX = Number.NEGATIVE_INFINITY;
      return of(pid)
        .filter(({ dump }) => dump.atMs >= scale.fromMs && dump.atMs <= scale.toMs)
        .map(({ dump, index }) => {
          const exact = scale.x(dump.atMs);
          // Marks that would hide each other are moved apart; the line above each shows its moment.
          const x = Math.min(scale.right - 9, Math.max(exact, lastX + 19, scale.left + 9));
          lastX = x;
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
