import { harmless } from './text.ts';

/** A sentence with `code` marks as Markdown: whatever it quotes from the backend stays text. */
export function sentence(text: string): string {
  return harmless(text)
    .split('`')
    .map((part, index) => (index % 2 === 1 ? code(part) : escaped(unmentioned(part))))
    .join('');
}

export function code(text: string): string {
  return `<code>${escaped(harmless(text))}</code>`;
}

/** A fence that no line of the content can close. */
export function fenced(lines: readonly string[], language = ''): string {
  const content = lines.map((line) => harmless(line)).join('\n');
  const longestRun = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return `${fence}${language}\n${content}\n${fence}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '&#124;')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function details(summary: string, body: string): string {
  return `<details><summary>${entities(harmless(summary))}</summary>\n\n${body}\n\n</details>`;
}

/**
 * A link to an address that the gate made. Owner and name of the repository are written as entities: the runner masks
 * secrets wherever their text stands, and one that is a part of such a name would break the address.
 */
export function link(text: string, address: string): string {
  const safe = address.replace(
    /[\s<>()"\\]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  const hidden = safe.replace(
    /^(https?:\/\/[^/]+\/)([^/]+\/[^/]+)/,
    (_, origin, name) => origin + asEntities(name),
  );
  return `[${escaped(harmless(text))}](${hidden})`;
}

/** Nobody is called, and no issue linked to, by what a backend says. In code marks GitHub looks for neither. */
function unmentioned(text: string): string {
  return text.replace(/[@#](?=\w)|\bGH-(?=\d)/gi, (mark) => `${mark}\u200b`);
}

function asEntities(text: string): string {
  return text.replace(/[a-z\d]/gi, (letter) => `&#${letter.charCodeAt(0)};`);
}

function escaped(text: string): string {
  return (
    entities(text)
      .replace(/[\\*_~[\]()#!|]/g, (mark) => `&#${mark.charCodeAt(0)};`)
      // GitHub makes links of plain addresses, in code marks too.
      .replaceAll('://', '&#58;//')
      .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}&#46;`)
  );
}

function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
