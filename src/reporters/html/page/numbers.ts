import type { PageModel, Table } from '../model.ts';
import { h } from './dom.ts';

export function numbers({ tables }: PageModel): HTMLElement {
  return h('div', { class: 'tables' }, tables.map(figureTable));
}

/** A table in a box of its own, which a narrow screen can scroll. */
export function figureTable({ caption, head, rows, note, marked = [] }: Table): HTMLElement {
  return h(
    'figure',
    {},
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
      h(
        'table',
        {},
        h('caption', {}, caption),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            head.map((name) => (name === '' ? h('td', {}) : h('th', { scope: 'col' }, name))),
          ),
        ),
        h(
          'tbody',
          {},
          rows.map((row, index) =>
            h(
              'tr',
              { class: marked.includes(index) ? 'marked' : undefined },
              row.map((cell, at) => (at === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell))),
            ),
          ),
        ),
      ),
    ),
    note === undefined ? null : h('figcaption', {}, note),
  );
}
