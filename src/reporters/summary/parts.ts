/** One block of the page. */
export interface Part {
  /** Names it in the sentence about what did not fit, such as `the stacks of pid 7`. */
  readonly what: string;
  readonly text: string;
}

/**
 * The parts that fit, in their order; one that does not is left out by itself, so that a long dump costs neither the verdict
 * nor the table after it.
 */
export function fitting(parts: readonly Part[], budgetBytes: number): { kept: Part[]; leftOut: Part[] } {
  let leftBytes = budgetBytes;
  const kept: Part[] = [];
  const leftOut: Part[] = [];
  for (const part of parts) {
    // With the empty line between two parts.
    const bytes = Buffer.byteLength(part.text) + 2;
    if (bytes > leftBytes) leftOut.push(part);
    else {
      kept.push(part);
      leftBytes -= bytes;
    }
  }
  return { kept, leftOut };
}
