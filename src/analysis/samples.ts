/** How many samples of a stint there were, by its counts of states or of wait channels. */
export function samplesIn(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
