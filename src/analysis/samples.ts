/** Asking two sources for a dump, and one of them a second time for its text, wakes a sleeping thread this often at most. */
export const wakesPerDump = 5;

/** How many samples of a stint there were, by its counts of states or of wait channels. */
export function samplesIn(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
