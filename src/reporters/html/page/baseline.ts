import type { PageModel } from '../model.ts';
import { h, sentence } from './dom.ts';
import { figureTable } from './numbers.ts';

/** This run beside an earlier one: what came, what stayed, what went. */
export function besideBaseline({ baseline }: PageModel): HTMLElement | null {
  if (!baseline) return null;
  const { ended, findings, unlisted, tables, notTested } = baseline;
  return h(
    'div',
    {},
    h('p', {}, sentence(ended), findings.length === 0 ? ' Nothing fails in either of the two runs.' : null),
    findings.length === 0
      ? null
      : h(
          'ul',
          { class: 'changes' },
          findings.map(({ isNew, change, name, message }) =>
            h(
              'li',
              { class: isNew ? 'new' : undefined },
              h('strong', {}, `${change}: `),
              h('code', {}, name),
              h('p', {}, sentence(message)),
            ),
          ),
          unlisted === 0 ? null : h('li', {}, `${unlisted} more, see result.json.`),
        ),
    notTested === null ? null : h('p', {}, notTested),
    h('div', { class: 'tables' }, tables.map(figureTable)),
  );
}
