import { seconds } from '../../../rules/wording.ts';

/** Sizes of lists that may be too long to be spread over the arguments of a call. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

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
