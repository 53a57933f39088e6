import type { Dump, Evidence } from '../evidence/schema.ts';

/** Why a stack is missing, in parentheses behind the sentence that misses it; nothing where nobody knows. */
export function whyNoStack(dumps: readonly Dump[], { stackSources }: Pick<Evidence, 'stackSources'>): string {
  const missing = stackSources.find(({ usable }) => !usable);
  const why = dumps.find(({ error }) => error !== null)?.error ?? missing?.detail;
  return why ? ` (${why})` : '';
}
