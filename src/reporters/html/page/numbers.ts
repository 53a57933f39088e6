import type { PageModel, Table } from '../model.ts';
import { h } from './dom.ts';

export function numbers({ tables }: PageModel): HTMLElement {
  return h('div', { class: 'tables' }, tables.map(figureTable));
}

let count = 0;

/** A table in a box of its own, which a narrow screen can scroll. */
export function figureTable({ caption, head, rows, note, marked = [] }: Table): HTMLElement {
  count += 1;
  const id = `table-${count}`;
  return h(
    'figure',
    {},
    h('h3', { id }, caption),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': id },
      h(
        'table',
        { 'aria-labelledby': id },
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
            h('tr', { class: marked.includes(index) ? 'marked' : undefined }, row.map(cellOf)),
          ),
        ),
      ),
    ),
    note === undefined ? null : h('figcaption', {}, note),
  );
}

const longCell = 24;

function cellOf(text: string, column: number): HTMLElement {
  const name = text.length > longCell ? 'long' : undefined;
  return column === 0 ? h('th', { scope: 'row', class: name }, text) : h('td', { class: name }, text);
}
