/** One block of the page. */
export interface Part {
  /** Names it in the sentence about what did not fit, such as `the stacks of pid 7`. */
  readonly what: string;
  readonly text: string;
}

/**
 * The parts that fit, in their order; one that does not is left out by itself, so that a long dump costs neither the verdict
 * nor the table after it. The first, the verdict, is always there, at worst cut short.
 */
export function fitting(parts: readonly Part[], budgetBytes: number): { kept: Part[]; leftOut: Part[] } {
  let leftBytes = budgetBytes;
  const kept: Part[] = [];
  const leftOut: Part[] = [];
  for (const [index, part] of parts.entries()) {
    const text = index === 0 ? shortened(part.text, leftBytes) : part.text;
    if (sizeOf(text) > leftBytes) leftOut.push(part);
    else {
      kept.push({ ...part, text });
      leftBytes -= sizeOf(text);
    }
  }
  return { kept, leftOut };
}

/** With the empty line between two parts. */
function sizeOf(text: string): number {
  return Buffer.byteLength(text) + 2;
}

function shortened(text: string, bytes: number): string {
  if (sizeOf(text) <= bytes) return text;
  const start = text.slice(0, Math.max(0, Math.floor(bytes / 4) - 2));
  // Not in the middle of a character.
  return `${start.replace(/[\uD800-\uDBFF]$/, '')}…`;
}
