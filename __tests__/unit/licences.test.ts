/** Nothing is bundled whose licence is not known and allowed, and the text of each licence is passed on. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { licencesOf } from '../../scripts/lib/licences.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';

const dist = join(import.meta.dirname, '../../dist');

function bundleOf(license: unknown, files: Record<string, string> = {}): string {
  const root = temporaryFolder('licences');
  const folder = join(root, 'node_modules', 'outer', 'node_modules', '@scope', 'inner');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: '@scope/inner', version: '1.2.3', license }),
  );
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return licencesOf(root, ['src/index.ts', 'node_modules/outer/node_modules/@scope/inner/index.js']);
}

describe('a package', () => {
  test.each([
    'MIT',
    '(MIT OR GPL-3.0)',
    '(Apache-2.0 AND BSD-3-Clause)',
    { type: 'ISC' },
    [{ type: 'GPL-2.0' }, { type: '0BSD' }],
  ])('may be bundled under %j', (license) => {
    expect(bundleOf(license)).toMatch(/^@scope\/inner@1\.2\.3\nLicence: /m);
  });

  test.each([
    undefined,
    'GPL-3.0',
    'UNLICENSED',
    'SEE LICENSE IN x',
    'MIT AND GPL-3.0',
    '(MIT AND (ISC OR X))',
  ])('may not be bundled under %j', (license) => {
    expect(() => bundleOf(license)).toThrow(`@scope/inner@1.2.3 (${license ?? 'not stated'})`);
  });

  test('has the text of its licence passed on, from its README when it has no other', () => {
    const readme = '# inner\n\nDoes a thing.\n\n## License\n\nGiven away by A. Person.\n';
    expect(bundleOf('MIT', { 'README.md': readme })).toMatch(/Licence: MIT\n\nGiven away by A\. Person\.\n/);
    expect(bundleOf('MIT', { 'README.md': readme, LICENSE: 'The text.\r\n' })).toContain('\n\nThe text.\n');
    expect(bundleOf('MIT', { LICENSE: 'The text.', NOTICE: 'Notice.' })).toContain('The text.\n\nNotice.\n');
  });
});

test('every package that dist/ holds code of is in dist/licenses.txt, with its text', () => {
  const listed = readFileSync(join(dist, 'licenses.txt'), 'utf8');
  const bundled = globSync('*.cjs', { cwd: dist }).flatMap((name) =>
    // esbuild names each file above what it took from it.
    [
      ...readFileSync(join(dist, name), 'utf8').matchAll(
        /^ *\/\/ \S*node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm,
      ),
    ],
  );
  const names = new Set(bundled.map((match) => match[1]));
  expect(names.size).toBeGreaterThan(100);
  expect([...names].filter((name) => !listed.includes(`\n${name}@`))).toEqual([]);
  expect(listed).not.toContain('carries no licence text');
});
