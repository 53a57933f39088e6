import type { PageModel } from '../../model.ts';
import { h } from '../dom.ts';
import type { Store } from '../store.ts';
import { moment } from '../words.ts';
import { arrowsThrough } from './arrows.ts';
import { comparison } from './compare.ts';
import { dumpView } from './dump-view.ts';
import { selectDump } from './select.ts';

/** The list of dumps, the chosen one, and another beside it. */
export function dumpSection({ dumps: list }: PageModel, store: Store): HTMLElement | null {
  const { dumps } = list;
  if (dumps.length === 0) return null;
  const shown = h('div', { class: 'dump-shown' });
  // The stacks themselves are too much to be read out at once.
  const said = h('p', { class: 'sr', role: 'status' });
  const buttons = dumps.map((dump, index) =>
    h(
      'button',
      { type: 'button', class: `dump-button ${dump.trigger}`, click: () => selectDump(store, index, false) },
      h('span', { class: 'number' }, String(index + 1)),
      h('span', {}, moment(dump.atMs)),
      h('span', { class: 'muted' }, `pid ${dump.pid}`),
      h('span', { class: 'muted' }, dump.trigger),
    ),
  );
  const compare = h('select', {
    id: 'compare',
    change: () => {
      const value = compare.value;
      store.set({ compare: value === '' ? null : Number(value) });
    },
  });
  const show = () => {
    const { dump, compare: other } = store.state;
    for (const [index, button] of buttons.entries()) {
      button.setAttribute('aria-pressed', String(index === dump));
      button.tabIndex = index === dump || (dump === null && index === 0) ? 0 : -1;
    }
    compare.replaceChildren(
      h('option', { value: '' }, 'nothing'),
      ...dumps.map((each, index) =>
        h(
          'option',
          { value: index, disabled: index === dump },
          `${index + 1}: ${moment(each.atMs)}, pid ${each.pid}, ${each.trigger}`,
        ),
      ),
    );
    compare.value = other === null ? '' : String(other);
    if (dump === null) return;
    const isNews = shown.childElementCount > 0;
    if (isNews)
      said.textContent = `Dump ${dump + 1} is shown${other === null ? '' : ` beside dump ${other + 1}`}.`;
    shown.replaceChildren(...(other === null ? [dumpView(list, dump)] : [comparison(list, dump, other)]));
  };
  store.on(['dump', 'compare'], show);
  show();
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'dump-choice' },
      h(
        'div',
        {
          class: 'dump-list',
          role: 'group',
          'aria-label': 'Dumps, in the order of time',
          keydown: arrowsThrough(buttons, store),
        },
        buttons,
      ),
      dumps.length < 2
        ? null
        : h('p', { class: 'compare-choice' }, h('label', { for: 'compare' }, 'Compare with '), compare),
    ),
    said,
    shown,
  );
}
