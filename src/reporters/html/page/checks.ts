import type { PageModel } from '../model.ts';
import { h, mark, sentence } from './dom.ts';
import type { Store } from './store.ts';
import { proofOf } from './verdict.ts';

const results = {
  ok: ['✓', 'good'],
  bad: ['✕', 'bad'],
  info: ['i', 'for your information'],
  'not-done': ['–', 'not done'],
} as const;

/** The steps of a triage by hand with their results, and the last look at every process. */
export function checks({ checks: rows, proofs }: PageModel, store: Store): HTMLElement {
  return h(
    'div',
    {},
    h(
      'ul',
      { class: 'checks' },
      rows.map(({ step, result, detail }) =>
        h(
          'li',
          { class: `check ${result}` },
          mark(results[result][0], 'sign'),
          h('span', { class: 'sr' }, `${results[result][1]}: `),
          h('span', { class: 'step' }, sentence(step)),
          h('span', { class: 'detail' }, sentence(detail)),
        ),
      ),
    ),
    proofs.length === 0
      ? null
      : [
          h('h3', {}, 'The last look at every process'),
          h(
            'ul',
            { class: 'proofs' },
            proofs.map((proof) => h('li', {}, proofOf(proof, store))),
          ),
        ],
  );
}
