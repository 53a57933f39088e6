import type { PageModel } from '../../model.ts';

/** The dump that says most: the last in which a loop waits for somebody, else the last of a hang, else the last. */
export function firstDump({ dumps: { dumps } }: PageModel): number | null {
  const isTelling = [
    (index: number) => dumps[index]?.groups.some(({ role }) => role === 'waited-on') ?? false,
    (index: number) => dumps[index]?.trigger === 'silence' && dumps[index]?.loop === 'busy',
    (index: number) => dumps[index]?.trigger === 'boot',
    (index: number) => dumps[index]?.trigger === 'proof',
    () => true,
  ];
  for (const test of isTelling) {
    const found = dumps.findLastIndex((_, index) => test(index));
    if (found >= 0) return found;
  }
  return null;
}
