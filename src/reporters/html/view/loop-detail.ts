import type { LoopLaneState, LoopSpan } from '../../../analysis/loop-states.ts';
import { accounting } from '../../../rules/accounting.ts';
import { heldHow } from '../../../rules/backend-stopped.ts';
import { seconds } from '../../../rules/wording.ts';

const words: Readonly<Record<LoopLaneState, string>> = {
  free: 'it came back to its selector again and again',
  busy: 'it ran, and did not come back to its selector',
  blocked: 'it slept, and not at its selector',
  starved: 'it was ready to run and had no processor',
  held: 'somebody else kept it from running',
  unseen: 'nobody looked, or the kernel did not tell',
};

/** What one stretch of a loop's lane says, as a sentence. */
export function loopDetail({ state, startMs, endMs, stint, hold, isProven }: LoopSpan): string {
  const how = stint
    ? `; its thread ${accounting(stint)}`
    : isProven
      ? '; every dump shows it at one place'
      : '';
  if (hold) return `${state} for ${seconds(endMs - startMs)}: it ${heldHow(hold)}`;
  return `${state} for ${seconds(endMs - startMs)}: ${words[state]}${how}`;
}
