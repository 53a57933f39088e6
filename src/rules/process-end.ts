import type { Evidence } from '../evidence/schema.ts';

/** `exited with code 1`, or `was killed by SIGSEGV`. */
export function endOf({ code, signal }: NonNullable<Evidence['backend']['exit']>): string {
  return signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
}
