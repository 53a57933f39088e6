/** How everything that is printed for people looks: marks, colours and width. */
import { styleText } from 'node:util';
import type { Outcome } from '../rules/rule.ts';

export type Style = Parameters<typeof styleText>[0];

export interface Mark {
  readonly mark: string;
  readonly style: Style;
}

export const marks: Readonly<Record<Outcome, Mark>> = {
  pass: { mark: '✓', style: 'green' },
  fail: { mark: '✗', style: 'red' },
  inconclusive: { mark: '?', style: 'yellow' },
};

const widest = 100;

/** Columns to fill; more than 100 are hard to read. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return Math.min(widest, stream.columns || widest);
}

/** Coloured on a terminal only. */
export function paint(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return styleText(style, text, { stream });
}
