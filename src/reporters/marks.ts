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

/** More columns are hard to read. */
const widest = 100;
/** Of a log, whose reader's window nobody knows. */
const usual = 80;

/** Columns to fill: those of the terminal, or the `COLUMNS` of the environment. */
export function widthOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): number {
  return Math.min(widest, stream.columns || Number(env['COLUMNS']) || usual);
}

/** Coloured on a terminal only, unless `FORCE_COLOR` or `NO_COLOR` says otherwise. */
export function paint(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return styleText(style, text, { stream });
}
