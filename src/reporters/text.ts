import { stripVTControlCharacters } from 'node:util';

/**
 * One line of text that came from the backend (names, paths, log lines), made harmless: no terminal escapes, no line
 * breaks, and nothing that GitHub's runner takes for a command (`##[` counts anywhere in a line, `::` at its start).
 */
export function harmless(text: string): string {
  return stripVTControlCharacters(text)
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
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** Breaks a text at spaces so that no line is longer than `width`, unless a single word is. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
