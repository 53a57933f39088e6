import type { Stream } from '../evidence/schema.ts';

/** The backend itself had accepted it, had sent at least one byte, and was still sending when we left. */
export function wasExercised(stream: Stream): boolean {
  return stream.end === 'aborted' && wasOpen(stream) && !stream.isCached;
}

/** It had been accepted and had sent at least one byte. */
export function wasOpen({ status, firstByteMs }: Stream): boolean {
  return firstByteMs !== null && status !== null && status < 300;
}
