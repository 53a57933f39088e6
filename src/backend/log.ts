import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { either } from '../waiting.ts';

/** Of a longer log the file keeps this much of the beginning … */
const headBytes = 8 * 1024 * 1024;
/** … and this much of the end. */
const tailBytes = 1024 * 1024;
/** Bytes that wait for a slow disk before output goes to the tail only. */
const backlogBytes = 4 * 1024 * 1024;
/** Of a line; the rest of it is in the file. */
const longestLine = 500;
/** What a process printed may arrive after its end; a pipe that somebody still holds is not waited for longer. */
const lastWordsMs = 300;

const lineFeed = 0x0a;

export interface TimedLine {
  readonly atMs: number;
  readonly text: string;
}

/**
 * Takes everything that the backend prints, always and at once: a backend whose pipe is full stops, and that would be
 * the gate's fault. Memory and file are bounded; a longer log loses its middle and says how much.
 */
export class BackendLog {
  readonly #file: WriteStream;
  readonly #nowMs: () => number;
  #written = 0;
  #leftOut = 0;
  #tail: { readonly atMs: number; readonly chunk: Buffer }[] = [];
  #tailLength = 0;
  readonly #ends: Promise<unknown>[] = [];

  /** @param nowMs Milliseconds since the run began. */
  constructor(path: string, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#file = createWriteStream(path);
    // A full disk must not end the run; the tail is still in memory.
    this.#file.on('error', () => {});
  }

  drain(output: Readable): void {
    output.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#ends.push(finished(output, { writable: false }).catch(() => {}));
  }

  /** The last complete or partial lines, without terminal escapes. */
  lastLines(count: number): string[] {
    return this.lastTimedLines(count).map(({ text }) => text);
  }

  /** The same, each with the time at which its beginning arrived. */
  lastTimedLines(count: number): TimedLine[] {
    const lines: TimedLine[] = [];
    const whole = Buffer.concat(this.#tail.map(({ chunk }) => chunk));
    let chunk = this.#tail.length - 1;
    let chunkStart = whole.length - (this.#tail[chunk]?.chunk.length ?? 0);
    for (let end = whole.length; end > 0 && lines.length < count; ) {
      const start = whole.lastIndexOf(lineFeed, end - 1) + 1;
      while (start < chunkStart) {
        chunk -= 1;
        chunkStart -= this.#tail[chunk]?.chunk.length ?? 0;
      }
      const text = stripVTControlCharacters(whole.toString('utf8', start, end)).replace(/\r$/, '');
      if (text.trim() !== '')
        lines.push({ atMs: this.#tail[chunk]?.atMs ?? 0, text: text.slice(0, longestLine) });
      end = start - 1;
    }
    return lines.reverse();
  }

  /** To be called when the backend is gone; takes its last words and completes the file. */
  async close(): Promise<void> {
    await either(Promise.all(this.#ends), AbortSignal.timeout(lastWordsMs));
    if (this.#leftOut > 0) {
      const kept = Buffer.concat(this.#tail.map(({ chunk }) => chunk));
      const missing = Math.max(0, this.#leftOut - kept.length);
      this.#file.write(`\n[hang-gate: ${missing} bytes left out here]\n`);
      this.#file.write(kept.subarray(-Math.min(kept.length, this.#leftOut)));
    }
    this.#file.end();
    await finished(this.#file).catch(() => {});
  }

  #take(chunk: Buffer): void {
    this.#tail.push({ atMs: this.#nowMs(), chunk });
    this.#tailLength += chunk.length;
    while (this.#tailLength - (this.#tail[0]?.chunk.length ?? 0) > tailBytes) {
      this.#tailLength -= this.#tail.shift()?.chunk.length ?? 0;
    }
    if (this.#leftOut === 0 && this.#written < headBytes && this.#file.writableLength < backlogBytes) {
      this.#file.write(chunk);
      this.#written += chunk.length;
    } else {
      this.#leftOut += chunk.length;
    }
  }
}
