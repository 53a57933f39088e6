import type { PageModel } from '../../model.ts';
import { h } from '../dom.ts';
import type { Store } from '../store.ts';
import type { TimeScale } from './scale.ts';

const shortestMs = 20;
/** In pixels; less is a click. */
const leastDrag = 6;

/** Sets the part of the run that is shown, within the run. */
export function show(store: Store, endMs: number, fromMs: number, toMs: number): void {
  const length = Math.min(endMs, Math.max(shortestMs, toMs - fromMs));
  const from = Math.min(endMs - length, Math.max(0, fromMs));
  store.set({ view: [from, from + length] });
}

/** The ways to choose a part of the run without a mouse. */
export function viewButtons({ timeline: { endMs, focus } }: PageModel, store: Store): HTMLElement {
  const zoom = (factor: number) => () => {
    const [from, to] = store.state.view;
    const at = store.state.cursorMs ?? (from + to) / 2;
    show(store, endMs, at - (at - from) * factor, at + (to - at) * factor);
  };
  const pan = (share: number) => () => {
    const [from, to] = store.state.view;
    const by = (to - from) * share;
    show(store, endMs, from + by, to + by);
  };
  const button = (name: string, label: string, click: () => void) =>
    h('button', { type: 'button', class: 'quiet', title: label, 'aria-label': label, click }, name);
  const isWhole = focus[0] <= 0 && focus[1] >= endMs;
  return h(
    'div',
    { class: 'view-buttons', role: 'group', 'aria-label': 'Part of the run that is shown' },
    isWhole ? null : button('What went wrong', 'Show what went wrong', () => show(store, endMs, ...focus)),
    button('Whole run', 'Show the whole run', () => show(store, endMs, 0, endMs)),
    button('◂', 'Earlier', pan(-0.4)),
    button('▸', 'Later', pan(0.4)),
    button('+', 'Zoom in', zoom(0.5)),
    button('−', 'Zoom out', zoom(2)),
  );
}

/** Dragging over a drawing chooses that part of the run. */
export function dragToChoose(element: SVGSVGElement, scale: TimeScale, store: Store): void {
  element.addEventListener('pointerdown', (down) => {
    if (down.button !== 0 || (down.target as Element).closest('[role=button]')) return;
    const { left } = element.getBoundingClientRect();
    const start = down.clientX - left;
    let chosen: readonly [number, number] | undefined;
    const move = (event: PointerEvent) => {
      const now = event.clientX - left;
      if (Math.abs(now - start) < leastDrag) return;
      document.documentElement.classList.add('dragging');
      chosen = [Math.min(start, now), Math.max(start, now)];
    };
    const up = () => {
      removeEventListener('pointermove', move);
      for (const name of ['pointerup', 'pointercancel']) removeEventListener(name, up);
      document.documentElement.classList.remove('dragging');
      if (chosen) show(store, scale.toMs, scale.ms(chosen[0]), scale.ms(chosen[1]));
    };
    addEventListener('pointermove', move);
    for (const name of ['pointerup', 'pointercancel']) addEventListener(name, up);
  });
}
