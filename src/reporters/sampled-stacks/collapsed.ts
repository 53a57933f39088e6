import type { Evidence, Frame } from '../../evidence/schema.ts';
import { harmless } from '../text.ts';
import { fileOf, frameKey, sampledThreads } from './samples.ts';

/** Collapsed stacks, as flame graph tools read them: `outermost;…;innermost COUNT`, a line each. */
export function collapsedStacks(evidence: Evidence): string {
  const counts = new Map<string, number>();
  // The same frames come thousands of times.
  const labels = new Map<string, string>();
  const labelOf = (frame: Frame) => {
    const key = frameKey(frame);
    const label = labels.get(key) ?? withoutSeparator(labelled(frame, evidence));
    labels.set(key, label);
    return label;
  };
  for (const { name, samples } of sampledThreads(evidence)) {
    for (const { frames } of samples) {
      const stack = [withoutSeparator(name), ...frames.map(labelOf)].join(';');
      counts.set(stack, (counts.get(stack) ?? 0) + 1);
    }
  }
  return [...counts].map(([stack, count]) => `${stack} ${count}\n`).join('');
}

function labelled(frame: Frame, evidence: Evidence): string {
  return `${harmless(frame.function)} (${fileOf(frame, evidence)}:${frame.line})`;
}

function withoutSeparator(text: string): string {
  return text.replaceAll(';', ':');
}
