import type { Store } from '../store.ts';

/** @param goThere The reader asked for its stacks, and not only moved over it. */
export function selectDump(store: Store, dump: number, goThere: boolean): void {
  store.set({ dump, ...(store.state.compare === dump && { compare: null }) });
  if (!goThere) return;
  const section = document.getElementById('dumps');
  section?.scrollIntoView({
    behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
  });
  section?.focus({ preventScroll: true });
}
