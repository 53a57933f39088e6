/** GitHub drops a summary over 1 MiB whole. */
const largestPageBytes = 512 * 1024;
const note = 'The rest did not fit here; it is in the report.';

/**
 * Parts of a page that fit together. They stand by their weight: the first is the verdict, which is always there, at worst
 * cut short. One that is too large is left out by itself, so that it takes nothing with it that is smaller.
 */
export function withinBudget(parts: readonly string[], budgetBytes = largestPageBytes): readonly string[] {
  let leftBytes = budgetBytes - size(note);
  const kept = parts.map((part, index) => {
    const fitting = index === 0 ? shortened(part, leftBytes) : part;
    if (size(fitting) > leftBytes) return undefined;
    leftBytes -= size(fitting);
    return fitting;
  });
  const fitting = kept.filter((part) => part !== undefined);
  return fitting.length === parts.length && fitting[0] === parts[0] ? fitting : [...fitting, note];
}

/** With the empty line after it. */
function size(part: string): number {
  return Buffer.byteLength(part) + 2;
}

function shortened(part: string, bytes: number): string {
  if (size(part) <= bytes) return part;
  const start = part.slice(0, Math.max(0, Math.floor(bytes / 4) - 2));
  // Not in the middle of a character.
  return `${start.replace(/[\uD800-\uDBFF]$/, '')}…`;
}
