import { Writable } from 'node:stream';

/** A stream such as `process.stdout`. What is written is kept without colours, which depend on the environment. */
export class FakeTerminal extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  #written = '';

  constructor({ isTTY = false, columns = 80 }: { isTTY?: boolean; columns?: number } = {}) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.columns = columns;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.#written += chunk;
    done();
  }

  get text(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
    return this.#written.replaceAll(/\x1b\[[\d;]*m/g, '');
  }

  get asStdout(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}
