import type { Stream } from '../evidence/schema.ts';

/** It had been accepted, had sent at least one byte, and was still going when we left. */
export function wasExercised({ status, firstByteMs, end }: Stream): boolean {
  return end === 'aborted' && wasOpen({ status, firstByteMs });
}

/** It had been accepted and had sent at least one byte. */
export function wasOpen({ status, firstByteMs }: Pick<Stream, 'status' | 'firstByteMs'>): boolean {
  return firstByteMs !== null && status !== null && status < 300;
}
