import { marks, paint, type Style, widthOf } from '../marks.ts';
import { cut, harmless, wrap } from '../text.ts';
import { inAscii, showsUnicode } from './letters.ts';

/** Text on a stream, as wide, as coloured and in such letters as whoever reads it can see. */
export class Page {
  /** Lines can be drawn anew. */
  readonly isLive: boolean;
  readonly #stream: NodeJS.WriteStream;
  readonly #env: NodeJS.ProcessEnv;
  readonly #isUnicode: boolean;

  constructor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
    this.#stream = stream;
    this.#env = env;
    this.#isUnicode = showsUnicode(env);
    this.isLive = stream.isTTY === true && env['TERM'] !== 'dumb';
  }

  get width(): number {
    return widthOf(this.#stream, this.#env);
  }

  line(text = ''): void {
    this.write(`${text}\n`);
  }

  write(text: string): void {
    this.#stream.write(this.#letters(text));
  }

  /** Starts the line anew. */
  clearLine(): void {
    if (this.isLive) this.#stream.write('\r\x1b[K');
  }

  paint(style: Style, text: string): string {
    return paint(this.#stream, style, text);
  }

  /** A no-break space keeps two words together, and is printed as any other. */
  paragraph(text: string, indent = '  '): void {
    // Again for each line: a break may have put what was harmless to the start of one.
    for (const line of wrap(this.#letters(harmless(text)), this.width - indent.length))
      this.line(indent + harmless(line.replaceAll('\u00a0', ' ')));
  }

  /** A line of code or of a log: cut where it is too long, and quiet beside the sentences. */
  quoted(text: string, isMarked = false): void {
    this.line(this.paint(isMarked ? marks.fail.style : 'dim', cut(this.#letters(text), this.width)));
  }

  /** What there is no ASCII letter for may take more of them, so this comes before anything is made to fit. */
  #letters(text: string): string {
    return this.#isUnicode ? text : inAscii(text);
  }
}
