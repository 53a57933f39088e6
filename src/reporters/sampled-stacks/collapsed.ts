import type { Evidence, Frame } from '../../evidence/schema.ts';
import { harmless } from '../text.ts';
import { fileOf, sampledThreads } from './samples.ts';

/** Collapsed stacks, as flame graph tools read them: `outermost;…;innermost COUNT`, a line each. */
export function collapsedStacks(evidence: Evidence): string {
  const counts = new Map<string, number>();
  for (const { name, samples } of sampledThreads(evidence)) {
    for (const { frames } of samples) {
      const stack = [harmless(name), ...frames.map((frame) => label(frame, evidence))]
        .map((part) => part.replaceAll(';', ':'))
        .join(';');
      counts.set(stack, (counts.get(stack) ?? 0) + 1);
    }
  }
  return [...counts].map(([stack, count]) => `${stack} ${count}\n`).join('');
}

function label(frame: Frame, evidence: Evidence): string {
  return `${harmless(frame.function)} (${fileOf(frame, evidence)}:${frame.line})`;
}
