import { createHash } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { messageOf } from '../errors.ts';
import { Redactor } from '../redaction/redactor.ts';
import type { FileDigest } from '../report-folder/file-digest.ts';
import { either } from '../timing/waiting.ts';
import { TailBuffer } from './tail-buffer.ts';
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
 * the gate's fault. Memory and file are bounded; a longer log loses its middle and says how much. No secret is kept.
 */
export class BackendLog {
  /** Why the file is not whole. */
  error: string | undefined;
  readonly #file: WriteStream;
  readonly #redactor: Redactor;
  readonly #hash = createHash('sha256');
  #written = 0;
  #leftOut = 0;
  /** What comes later, from whoever still holds a pipe, is read and dropped. */
  #isClosed = false;
  readonly #tail = new TailBuffer(tailBytes);
  readonly #ends: Promise<unknown>[] = [];
  /** Takes what an output's redaction has kept back until more comes. */
  readonly #lastPieces: (() => void)[] = [];

  readonly #timed = new TimedLines(timedLines);
  readonly #nowMs: () => number;

  /** @param nowMs Milliseconds since the run began. */
  constructor(file: string | FileHandle, nowMs: () => number, redactor: Redactor = new Redactor([])) {
    this.#nowMs = nowMs;
    this.#redactor = redactor;
    this.#file = typeof file === 'string' ? createWriteStream(file) : createWriteStream('', { fd: file });
    // A full disk must not end the run; the tail is still in memory.
    this.#file.on('error', (error) => {
      this.error ??= messageOf(error);
    });
  }

  drain(output: Readable): void {
    const redacted = this.#redactor.stream();
    output.on('data', (chunk: Buffer) => this.#take(redacted.take(chunk)));
    this.#lastPieces.push(() => this.#take(redacted.end()));
    this.#ends.push(finished(output, { writable: false }).catch(() => {}));
  }

  /** The last complete or partial lines, without terminal escapes. */
  lastLines(count: number): string[] {
    const text = stripVTControlCharacters(this.#tail.read().toString('utf8'));
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
  async close(): Promise<FileDigest> {
    await either(Promise.all(this.#ends), AbortSignal.timeout(lastWordsMs));
    for (const take of this.#lastPieces) take();
    if (this.#leftOut > 0) {
      const kept = this.#tail.read();
      const missing = Math.max(0, this.#leftOut - kept.length);
      this.#write(Buffer.from(`\n[hang-gate: ${missing} bytes left out here]\n`));
      this.#write(kept.subarray(-Math.min(kept.length, this.#leftOut)));
    }
    this.#isClosed = true;
    this.#file.end();
    await finished(this.#file).catch(() => {});
    return { bytes: this.#written, sha256: this.#hash.digest('hex') };
  }

  #take(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#timed.take(chunk, this.#nowMs());
    this.#tail.write(chunk);
    if (this.#leftOut === 0 && this.#written < headBytes && this.#file.writableLength < backlogBytes) {
      this.#write(chunk);
    } else {
      this.#leftOut += chunk.length;
    }
  }

  #write(bytes: Buffer): void {
    this.#file.write(bytes);
    this.#hash.update(bytes);
    this.#written += bytes.length;
  }
}
