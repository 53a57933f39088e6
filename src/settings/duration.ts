import * as z from 'zod';

const pattern = /^\s*(\d+(?:\.\d+)?)(ms|s|m)\s*$/;
const unitMs = { ms: 1, s: 1_000, m: 60_000 } as const;

/** Reads `250ms`, `5s` or `2m` as whole milliseconds, which is what timers take; `undefined` for anything else. */
export function parseDurationMs(text: string): number | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]);
}

/** A setting that takes a duration and yields milliseconds, at least `minMs`. */
export function durationMs(minMs: number) {
  return z
    .string()
    .regex(pattern)
    .transform((text, context) => {
      const value = parseDurationMs(text);
      if (value === undefined || value < minMs) {
        context.addIssue({ code: 'custom', message: 'not a duration in range' });
        return z.NEVER;
      }
      return value;
    });
}
