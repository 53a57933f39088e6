/** The last bytes of what was written to it, in a memory of fixed size, however small the pieces were. */
export class TailBuffer {
  readonly #ring: Buffer;
  /** Of all that was ever written. */
  #total = 0;

  constructor(bytes: number) {
    this.#ring = Buffer.alloc(bytes);
  }

  write(chunk: Buffer): void {
    const size = this.#ring.length;
    const kept = chunk.subarray(-size);
    const at = (this.#total + chunk.length - kept.length) % size;
    const first = kept.copy(this.#ring, at);
    kept.copy(this.#ring, 0, first);
    this.#total += chunk.length;
  }

  /** A copy, the oldest byte first. */
  read(): Buffer {
    const size = this.#ring.length;
    if (this.#total <= size) return Buffer.from(this.#ring.subarray(0, this.#total));
    const at = this.#total % size;
    return Buffer.concat([this.#ring.subarray(at), this.#ring.subarray(0, at)]);
  }
}
