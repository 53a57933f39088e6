/** What `dist/licenses.txt` says of the packages that are bundled, and which of them must not be. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Licences that ask for no more than to be named and passed on, which `dist/licenses.txt` does. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]);

/**
 * Every package that one of `inputs` (files below `root`, relative to it) is in, with its licence and the text of it.
 * Throws when the licence of one is not known or not allowed.
 */
export function licencesOf(root: string, inputs: Iterable<string>): string {
  const packages = new Map<string, { folder: string; id: string }>();
  for (const input of inputs) {
    const name = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (name === undefined) continue;
    const folder = path.join(root, name);
    const about = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    packages.set(`${about.name}@${about.version}`, { folder, id: idOf(about.license ?? about.licenses) });
  }
  const sorted = [...packages].sort(([a], [b]) => (a < b ? -1 : 1));
  const refused = sorted.filter(([, { id }]) => !isAllowed(id)).map(([title, { id }]) => `${title} (${id})`);
  if (refused.length > 0) {
    throw new Error(
      `dist/ would hold packages whose licence is not one of ${[...allowed].join(', ')}: ${refused.join(', ')}. ` +
        'Do without them, or allow the licence in scripts/lib/licences.ts.',
    );
  }
  const sections = sorted.map(([title, { folder, id }]) => `${title}\nLicence: ${id}\n\n${textOf(folder)}\n`);
  const line = '-'.repeat(80);
  return `hang-gate bundles these packages.\n\n${line}\n${sections.join(`\n${line}\n`)}`;
}

/** Older packages give an object, or a list of them, of which one may choose. */
function idOf(stated: string | { type?: string } | { type?: string }[] | undefined): string {
  const ids = [stated].flat().map((entry) => (typeof entry === 'string' ? entry : entry?.type));
  return ids.filter(Boolean).join(' OR ') || 'not stated';
}

/** One licence, or several with one word between them: what is more involved is for a person to read. */
function isAllowed(id: string): boolean {
  const flat = id.replace(/^\((.*)\)$/, '$1');
  if (flat.includes(' OR ')) return flat.split(' OR ').some((each) => allowed.has(each));
  return flat.split(' AND ').every((each) => allowed.has(each));
}

function textOf(folder: string): string {
  const names = readdirSync(folder).sort();
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8').replace(/\r\n?/g, '\n').trim();
  const files = names.filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (files.length > 0) return files.map(read).join('\n\n');
  const readme = names.find((name) => /^readme/i.test(name));
  return (readme && lastChapter(read(readme))) || '(The package carries no licence text.)';
}

/** Some packages have their licence at the end of their README. */
function lastChapter(readme: string): string | undefined {
  return /^#* *licen[cs]e *\n[-=]*\n([\s\S]*)/im.exec(readme)?.[1]?.trim();
}
