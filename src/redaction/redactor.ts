import { cutMark } from './cut-short.ts';
import { formsOf } from './forms.ts';
import { shortestSecret } from './secret-variables.ts';

/** What stands in place of a secret, as in the logs of GitHub. */
const mark = '***';
/** Whatever URL it is, and whoever wrote it: who may pass, between the scheme and the host. */
const userInfo = /:\/\/[^\s/?#@:]{0,128}:[^\s/?#@]{1,256}(?=@)/;
const longestUserInfo = 3 + 128 + 1 + 256 + 1;
/** The same, of which the end was cut off. */
const cutUserInfo = new RegExp(`:\\/\\/[^\\s/?#@:]{0,128}:[^\\s/?#@${cutMark}]{1,256}(?=${cutMark})`, 'g');

/** Takes secrets out of what is written: the one place that does. What is found becomes `***`. */
export class Redactor {
  readonly #secrets: readonly string[];
  readonly #pattern: RegExp;

  /** @param secrets None of them empty; their usual encodings are found as well. */
  constructor(secrets: readonly string[]) {
    const forms = new Set(secrets.flatMap(formsOf));
    // The longest first: one may be the beginning of another.
    this.#secrets = [...forms].sort((a, b) => b.length - a.length);
    this.#pattern = pattern(this.#secrets);
  }

  text(text: string): string {
    const redacted = text.replace(this.#pattern, markFor);
    return redacted.includes(cutMark) ? this.#withoutHalves(redacted) : redacted;
  }

  /** Every text in plain data, keys included; numbers stay. */
  data<T>(value: T): T {
    return this.#data(value) as T;
  }

  /** For the output of a process, which comes in pieces. */
  stream(): RedactedStream {
    return new RedactedStream(this.#secrets);
  }

  #data(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#data(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [this.text(name), this.#data(item)]),
    );
  }

  /** Where a text was cut, the beginning of a secret may be left. */
  #withoutHalves(text: string): string {
    const pieces = text.replace(cutUserInfo, markFor).split(cutMark);
    const last = pieces.length - 1;
    return pieces.map((piece, index) => (index < last ? this.#withoutHalf(piece) : piece)).join(cutMark);
  }

  #withoutHalf(text: string): string {
    if (text.length < shortestSecret) return text;
    const longest = Math.max(0, ...this.#secrets.map((secret) => beginningAtEnd(secret, text)));
    return longest > 0 ? text.slice(0, -longest) + mark : text;
  }
}

/** Takes secrets out of bytes, also where one is cut in two. What may be the beginning of one is kept back. */
export class RedactedStream {
  readonly #pattern: RegExp;
  /** Of a secret and what has to be seen around it. */
  readonly #longest: number;
  #kept = '';

  constructor(secrets: readonly string[]) {
    // Bytes, each as the character of its number: any of them may be no UTF-8.
    const bytes = secrets.map((secret) => Buffer.from(secret).toString('latin1'));
    this.#pattern = pattern(bytes);
    this.#longest = Math.max(longestUserInfo, ...bytes.map(({ length }) => length));
  }

  take(chunk: Buffer): Buffer {
    const text = this.#kept + chunk.toString('latin1');
    // A secret of several lines is one in each of them, so nothing is kept back of a line that has ended.
    return this.#redact(text, Math.max(text.length - this.#longest, text.lastIndexOf('\n') + 1));
  }

  /** What was kept back. */
  end(): Buffer {
    return this.#redact(this.#kept, this.#kept.length);
  }

  /** @param certain Whatever begins before it can be seen as a whole. */
  #redact(text: string, certain: number): Buffer {
    let [done, result] = [0, ''];
    this.#pattern.lastIndex = 0;
    for (let found = this.#pattern.exec(text); found; found = this.#pattern.exec(text)) {
      if (found.index >= certain) break;
      result += text.slice(done, found.index) + markFor(found[0]);
      done = found.index + found[0].length;
    }
    const end = Math.max(done, certain, 0);
    this.#kept = text.slice(end);
    return Buffer.from(result + text.slice(done, end), 'latin1');
  }
}

/** How much of a secret's beginning stands at the end of a text. */
function beginningAtEnd(secret: string, text: string): number {
  for (let length = secret.length - 1; length >= shortestSecret; length -= 1)
    if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}

function pattern(secrets: readonly string[]): RegExp {
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp([...secrets.map(literal), userInfo.source].join('|'), 'g');
}

/** Of a URL one sees that somebody had to be named. */
function markFor(found: string): string {
  return found.startsWith('://') ? `://${mark}` : mark;
}
