export interface MarkdownOutline {
  /** Lines outside of fenced code. */
  readonly outside: readonly string[];
  /** Content of each fenced block. */
  readonly fences: readonly string[];
  /** True when the last fence was never closed. */
  readonly open: boolean;
}

/** What GitHub takes for code and what for Markdown, by the rules of CommonMark for fenced code. */
export function outline(markdown: string): MarkdownOutline {
  const outside: string[] = [];
  const fences: string[][] = [];
  let fence: string | undefined;
  for (const line of markdown.split(/\r\n|\n|\r/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    const [, run = '', info = ''] = mark ?? [];
    if (fence === undefined && mark && !(run.startsWith('`') && info.includes('`'))) {
      fence = run;
      fences.push([]);
    } else if (fence !== undefined && run.startsWith(fence) && info.trim() === '') {
      fence = undefined;
    } else {
      (fence === undefined ? outside : (fences.at(-1) as string[])).push(line);
    }
  }
  return { outside, fences: fences.map((lines) => lines.join('\n')), open: fence !== undefined };
}

/** Rows of the first table whose head holds `column`. */
export function tableRows({ outside }: Pick<MarkdownOutline, 'outside'>, column: string): string[][] {
  const head = outside.findIndex((line) => cells(line).includes(column));
  if (head < 0) return [];
  const rest = outside.slice(head + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end < 0 ? rest.length : end).map(cells);
}

/** Text and address of every link, its entities decoded. */
export function linksOf(markdown: string): [text: string, address: string][] {
  return outline(markdown).outside.flatMap((line) =>
    [...line.matchAll(/(?<!!)\[([^\]]*)\]\(([^)]*)\)/g)].map(
      ([, text = '', address = '']): [string, string] => [
        text,
        address.replace(/&#(\d+);/g, (_, number) => String.fromCharCode(Number(number))),
      ],
    ),
  );
}

function cells(line: string): string[] {
  return line.startsWith('|')
    ? line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    : [];
}
