import type { Store } from '../store.ts';
import { selectDump } from './select.ts';

/** Arrow keys, Home and End go through the dumps; the one that is reached is chosen. */
export function arrowsThrough(
  elements: readonly (HTMLElement | SVGElement)[],
  store: Store,
  indexOf: (at: number) => number = (at) => at,
): (event: KeyboardEvent) => void {
  return (event) => {
    const at = elements.indexOf(event.target as HTMLElement);
    const next = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: elements.length - 1,
    }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const target = Math.min(elements.length - 1, Math.max(0, next));
    selectDump(store, indexOf(target), false);
    elements[target]?.focus();
  };
}
