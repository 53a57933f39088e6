/** What every terminal can show, for the marks that are not ASCII. */
const plain: Readonly<Record<string, string>> = {
  '\u00a0': '\u00a0',
  '✓': '+',
  '✗': 'x',
  '×': 'x',
  '…': '...',
  '–': '-',
  '→': '->',
  '·': '.',
  '│': '|',
  '┤': ']',
  '━': '=',
  '▒': 'o',
  '▲': '^',
  '’': "'",
  '▁': '_',
  '▂': '_',
  '▃': '-',
  '▄': '-',
  '▅': '=',
  '▆': '=',
  '▇': '#',
  '█': '#',
};

/** Whether more than ASCII can be shown. A log of GitHub's always can, whatever the locale of its container. */
export function showsUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return env['GITHUB_ACTIONS'] === 'true' || !locale || /utf-?8/i.test(locale);
}

/** The same in ASCII; a letter for which there is none becomes `?`. */
export function inAscii(text: string): string {
  return text.replace(/\P{ASCII}/gu, (sign) => plain[sign] ?? '?');
}
