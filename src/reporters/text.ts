import { stripVTControlCharacters } from 'node:util';

/** They turn the order of letters around, so that a name can look like another. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What changes how the rest is seen, made visible. */
export function withoutTurning(text: string): string {
  return text.replace(
    turning,
    (mark) => `‹U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`,
  );
}

/**
 * One line of text that came from the backend (names, paths, log lines), made harmless: no terminal escapes, no line
 * breaks, no letters in another order than they stand, and nothing that GitHub's runner takes for a command (`##[` counts
 * anywhere in a line, `::` at its start).
 */
export function harmless(text: string): string {
  return withoutTurning(stripVTControlCharacters(text))
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll('##[', '## [')
    .replace(/^\s*::/, ': :');
}

/** Paths below the home folder as people write them, with `~`. */
export function withTilde(text: string, home: string): string {
  return home.length > 1 ? text.replaceAll(`${home}/`, '~/') : text;
}

/** A line that fits; what is cut off is shown as `…`. */
export function cut(text: string, width: number): string {
  let columns = 0;
  let end = 0;
  let fits = 0;
  for (const sign of text) {
    columns += columnsOfSign(sign);
    if (columns > width) return `${text.slice(0, fits)}…`;
    end += sign.length;
    if (columns < width) fits = end;
  }
  return text;
}

/** Breaks a text at spaces so that no line is longer than `width`, unless a single word is. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let columns = 0;
  for (const word of text.split(' ')) {
    const own = columnsOf(word);
    if (lines.length > 0 && columns + 1 + own <= width) {
      lines[lines.length - 1] += ` ${word}`;
      columns += 1 + own;
    } else {
      lines.push(word);
      columns = own;
    }
  }
  return lines;
}

/** How many columns a text takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const sign of text) columns += columnsOfSign(sign);
  return columns;
}

const ascii = /^[\x20-\x7e]$/;
/** East Asian wide forms and pictures take two columns, marks that join the sign before them none. */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;
const joining = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

function columnsOfSign(sign: string): number {
  if (ascii.test(sign)) return 1;
  if (joining.test(sign)) return 0;
  return wide.test(sign) ? 2 : 1;
}
