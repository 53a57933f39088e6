import { seconds } from '../../../rules/wording.ts';

/** Tenths of a millisecond tell enough, and are short to write. */
export function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** A time as a cell of a table. */
export function figure(ms: number | null): string {
  return ms === null ? '–' : seconds(ms);
}

export function percent(part: number | null, whole: number): string {
  return part === null ? '?' : `${Math.round((100 * part) / Math.max(1, whole))} %`;
}
