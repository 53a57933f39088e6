import { stripVTControlCharacters } from 'node:util';

export interface TimedLine {
  /** When its first byte arrived. */
  readonly atMs: number;
  readonly text: string;
}

const lineFeed = 0x0a;
/** Of a line; terminal escapes count too. */
const longestLine = 500;

/**
 * The last lines of an output, each with the time at which it arrived, in bounded memory and with bounded work for each
 * piece, however much is printed.
 */
export class TimedLines {
  readonly #most: number;
  readonly #lines: { readonly atMs: number; readonly bytes: Buffer }[] = [];
  /** The line that has not ended yet. */
  #open: { readonly atMs: number; readonly bytes: Buffer } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  take(chunk: Buffer, atMs: number): void {
    let start = 0;
    for (const end of lastLineFeeds(chunk, this.#most + 1)) {
      this.#add(chunk.subarray(start, end), atMs);
      this.#end();
      start = end + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start), atMs);
  }

  /** Without empty lines and terminal escapes. */
  read(): TimedLine[] {
    return [...this.#lines, ...(this.#open ? [this.#open] : [])]
      .map(({ atMs, bytes }) => ({ atMs, text: stripVTControlCharacters(bytes.toString('utf8')).trimEnd() }))
      .filter(({ text }) => text.trim() !== '')
      .slice(-this.#most);
  }

  #add(bytes: Buffer, atMs: number): void {
    const open = this.#open;
    // A copy: the piece itself may be large, and is not kept for one line of it.
    if (!open) this.#open = { atMs, bytes: Buffer.from(bytes.subarray(0, longestLine)) };
    else if (open.bytes.length < longestLine) {
      const room = longestLine - open.bytes.length;
      this.#open = { atMs: open.atMs, bytes: Buffer.concat([open.bytes, bytes.subarray(0, room)]) };
    }
  }

  #end(): void {
    if (this.#open && this.#open.bytes.length > 0) this.#lines.push(this.#open);
    this.#open = undefined;
    if (this.#lines.length > this.#most) this.#lines.shift();
  }
}

/** Where the last lines of a piece end, in order; what comes before them is of no interest any more. */
function lastLineFeeds(chunk: Buffer, most: number): number[] {
  const found: number[] = [];
  for (let at = chunk.lastIndexOf(lineFeed); at >= 0 && found.length < most; ) {
    found.push(at);
    at = at === 0 ? -1 : chunk.lastIndexOf(lineFeed, at - 1);
  }
  return found.reverse();
}
