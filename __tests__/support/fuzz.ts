import { test } from '@jest/globals';
import fc from 'fast-check';

/** Of each property; the seed of a failure is printed with it. */
const numRuns = process.env['HANG_GATE_NIGHTLY'] === '1' ? 10_000 : 300;
const longestMs = numRuns * 60;

/** A test that a property holds for whatever fast-check thinks of. */
export function fuzz<T extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  check: (...values: T) => void | Promise<void>,
  examples: T[] = [],
): void {
  const property = fc.asyncProperty(...arbitraries, async (...values: T) => await check(...values));
  test(name, () => fc.assert(property, { numRuns, examples }), longestMs);
}

/** What somebody writes who wants to break out: of a line, a log, a page, a command, a name. */
export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ...['::error::x', '##[error]x', '::stop-commands::t', '\n', '\r', '\r\n', '\u2028', '\0', '\x1b[2J'],
        ...[
          '\x1b]0;t\x07',
          '```',
          '~~~',
          '</details>',
          '</code>',
          '<script>',
          '](https://x)',
          '|',
          '`',
          '*_~#!',
        ],
        ...[
          '../',
          '/etc/passwd',
          '__proto__',
          'constructor',
          '%0A',
          '%25',
          ' ',
          'a',
          '\ud800',
          '\u202e',
          '&lt;',
        ],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

/** JSON of any shape, with keys that mean something to JavaScript. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    key: fc.oneof(hostileText, fc.constantFrom('__proto__', 'constructor', 'toString', 'length', 'then')),
    values: [hostileText, fc.double(), fc.boolean(), fc.constant(null), fc.integer()],
    maxDepth: 3,
  }),
  hostileText,
);

/** A text cut into pieces at any places. */
export function inPieces<T extends { length: number; subarray(from: number, to?: number): T }>(
  whole: T,
  cuts: readonly number[],
): T[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => whole.subarray(from, places[index] ?? whole.length));
}

export const cuts = fc.array(fc.nat(), { maxLength: 20 });
