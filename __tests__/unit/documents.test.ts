/** Whoever follows a link of a page, or looks for a file that it names, finds it. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { repository } from '../support/runner/action-copy.ts';

const pages = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: repository });
const read = (page: string) => readFileSync(join(repository, page), 'utf8');

/** As GitHub makes it of a heading. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

function deadLinks(page: string): string[] {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link ?? '');
  return links.filter((link) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : join(dirname(page), file);
    if (!existsSync(join(repository, target))) return true;
    return anchor !== undefined && !anchors(target).includes(anchor);
  });
}

test.each(pages)('%s', (page) => {
  const files = [...read(page).matchAll(/`((?:__tests__|scripts|src|\.github)\/[\w./-]+\.\w+)[` ]/g)];
  const missing = files.map(([, file]) => file ?? '').filter((file) => !existsSync(join(repository, file)));
  expect({ links: deadLinks(page), missing }).toEqual({ links: [], missing: [] });
});

test('there are pages, with links', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', join('docs', 'threat-model.md')]));
  expect(anchors('README.md')).toContain('what-comes-out');
});
