import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { either } from '../waiting.ts';
import { type TimedLine, TimedLines } from './timed-lines.ts';

/** Of a longer log the file keeps this much of the beginning … */
const headBytes = 8 * 1024 * 1024;
/** … and this much of the end. */
const tailBytes = 1024 * 1024;
/** Bytes that wait for a slow disk before output goes to the tail only. */
const backlogBytes = 4 * 1024 * 1024;
/** Lines that are kept with their times. */
const timedLines = 400;
/** What a process printed may arrive after its end; a pipe that somebody still holds is not waited for longer. */
const lastWordsMs = 300;

/**
 * Takes everything that the backend prints, always and at once: a backend whose pipe is full stops, and that would be
 * the gate's fault. Memory and file are bounded; a longer log loses its middle and says how much.
 */
export class BackendLog {
  readonly #file: WriteStream;
  #written = 0;
  #leftOut = 0;
  #tail: Buffer[] = [];
  #tailLength = 0;
  readonly #ends: Promise<unknown>[] = [];
  readonly #timed = new TimedLines(timedLines);
  readonly #nowMs: () => number;

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
    const text = stripVTControlCharacters(Buffer.concat(this.#tail).toString('utf8'));
    return text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .slice(-count)
      .map((line) => line.slice(0, 500));
  }

  /** A few hundred of them, each with the time at which it arrived. */
  lastTimedLines(): TimedLine[] {
    return this.#timed.read();
  }

  /** To be called when the backend is gone; takes its last words and completes the file. */
  async close(): Promise<void> {
    await either(Promise.all(this.#ends), AbortSignal.timeout(lastWordsMs));
    if (this.#leftOut > 0) {
      const kept = Buffer.concat(this.#tail);
      const missing = Math.max(0, this.#leftOut - kept.length);
      this.#file.write(`\n[hang-gate: ${missing} bytes left out here]\n`);
      this.#file.write(kept.subarray(-Math.min(kept.length, this.#leftOut)));
    }
    this.#file.end();
    await finished(this.#file).catch(() => {});
  }

  #take(chunk: Buffer): void {
    this.#timed.take(chunk, this.#nowMs());
    this.#tail.push(chunk);
    this.#tailLength += chunk.length;
    while (this.#tailLength - (this.#tail[0]?.length ?? 0) > tailBytes) {
      this.#tailLength -= this.#tail.shift()?.length ?? 0;
    }
    if (this.#leftOut === 0 && this.#written < headBytes && this.#file.writableLength < backlogBytes) {
      this.#file.write(chunk);
      this.#written += chunk.length;
    } else {
      this.#leftOut += chunk.length;
    }
  }
}
