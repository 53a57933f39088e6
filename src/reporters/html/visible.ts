import { stripVTControlCharacters } from 'node:util';
import { withoutTurning } from '../text.ts';

/** A text as a reader may trust it: what is not to be seen, or changes how the rest is seen, is gone or made visible. */
export function visible(text: string): string {
  return withoutTurning(stripVTControlCharacters(text).replace(/[^\P{Cc}\t\n]/gu, ' '));
}

/** The same for every text in a value. */
export function allVisible<T>(value: T): T {
  return mapped(value) as T;
}

function mapped(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(mapped);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapped(each)]));
}
