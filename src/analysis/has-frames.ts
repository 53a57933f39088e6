import type { Thread } from '../evidence/schema.ts';

/** True for a dump that shows where its threads stand; one by `/proc` alone shows only that they are there. */
export function hasFrames({ threads }: { readonly threads: readonly Thread[] }): boolean {
  return threads.some(({ frames }) => frames.length > 0);
}
