import { stripVTControlCharacters } from 'node:util';

/** They turn the order of letters around, so that a name can look like another. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text as a reader may trust it: what is not to be seen, or changes how the rest is seen, is gone or made visible. */
export function visible(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[^\P{Cc}\t\n]/gu, ' ')
    .replace(turning, (mark) => `‹U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`);
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
