import type { Evidence } from '../evidence/schema.ts';

/** `exited with code 1`, or `was killed by SIGSEGV`. */
export function endOf({ code, signal }: NonNullable<Evidence['backend']['exit']>): string {
  // The end of a process that somebody else started is seen, and not how.
  if (code === null && signal === null) return 'ended';
  return signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
}
