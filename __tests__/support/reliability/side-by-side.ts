/** Runs `count` tasks, so many at a time, and answers their results in order. Begins no other one when aborted. */
export async function sideBySide<T>(
  count: number,
  jobs: number,
  signal: AbortSignal,
  task: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count && !signal.aborted) {
      const index = next;
      next += 1;
      results[index] = await task(index);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results.filter((result) => result !== undefined);
}
