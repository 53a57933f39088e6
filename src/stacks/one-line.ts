import { cutShort } from '../redaction/cut-short.ts';

/** Longer than any honest function or path that a report could show. */
const longestName = 400;

/** Names are the backend's to choose; what goes on from here is one line of a bounded length. */
export function oneLine(name: string): string {
  return cutShort(name.replace(/\p{Cc}+/gu, ' '), longestName);
}
