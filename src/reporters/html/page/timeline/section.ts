import type { PageModel } from '../../model.ts';
import { h } from '../dom.ts';
import { arrowsThrough } from '../dumps/arrows.ts';
import { logPanel } from '../log.ts';
import { onResize } from '../resize.ts';
import type { Store } from '../store.ts';
import { type Chart, drawChart } from './chart.ts';
import { legend } from './legend.ts';
import { readout } from './readout.ts';
import { timelineTables } from './tables.ts';
import { dragToChoose, viewButtons } from './view.ts';

/** The run drawn large, with the log beside it and the same as tables below. */
export function timelineSection(model: PageModel, store: Store): HTMLElement {
  const holder = h('div', { class: 'chart-holder' });
  const said = h('p', { class: 'readout' });
  let chart: Chart | undefined;

  const draw = () => {
    if (holder.clientWidth === 0) return;
    const focused = document.activeElement?.getAttribute('data-dump');
    chart = drawChart(model, store, holder.clientWidth);
    listen(chart, store);
    holder.replaceChildren(chart.element);
    if (focused) holder.querySelector<SVGElement>(`[data-dump="${focused}"]`)?.focus();
    point();
  };
  const point = () => {
    const { cursorMs } = store.state;
    const line = chart?.element.querySelector('.cursor');
    const x =
      chart && cursorMs !== null && cursorMs >= chart.scale.fromMs && cursorMs <= chart.scale.toMs
        ? chart.scale.x(cursorMs)
        : -10;
    line?.setAttribute('x1', String(x));
    line?.setAttribute('x2', String(x));
    said.textContent = readout(model, cursorMs);
  };
  const chosen = () => {
    for (const mark of holder.querySelectorAll<SVGElement>('[data-dump]')) {
      const isChosen = mark.dataset['dump'] === String(store.state.dump);
      mark.setAttribute('aria-pressed', String(isChosen));
      mark.setAttribute('tabindex', isChosen ? '0' : '-1');
    }
  };
  onResize(holder, draw);
  store.on(['view'], draw);
  store.on(['cursorMs'], point);
  store.on(['dump'], chosen);
  return h(
    'div',
    {},
    h('div', { class: 'timeline-tools' }, viewButtons(model, store), legend(model)),
    h(
      'div',
      { class: 'timeline-and-log' },
      h('div', { class: 'timeline-main' }, holder, said),
      logPanel(model, store),
    ),
    timelineTables(model),
  );
}

function listen({ element, scale }: Chart, store: Store): void {
  element.addEventListener('pointermove', (event) => {
    const x = event.clientX - element.getBoundingClientRect().left;
    store.set({ cursorMs: x < scale.left ? null : scale.ms(x) });
  });
  element.addEventListener('pointerleave', () => store.set({ cursorMs: null }));
  const marks = [...element.querySelectorAll<SVGElement>('[data-dump]')].sort(
    (a, b) => Number(a.dataset['dump']) - Number(b.dataset['dump']),
  );
  // The first is reached by the tab key where none of those that are shown is chosen.
  if (marks.length > 0 && marks.every((mark) => mark.getAttribute('tabindex') !== '0'))
    marks[0]?.setAttribute('tabindex', '0');
  element.addEventListener(
    'keydown',
    arrowsThrough(marks, store, (at) => Number(marks[at]?.dataset['dump'])),
  );
  dragToChoose(element, scale, store);
}
