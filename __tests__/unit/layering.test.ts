/** What judges and what renders depends on the evidence alone, and not on what gathers it. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';

const src = join(import.meta.dirname, '../../src');
const gathering = [
  'backend',
  'loops',
  'machine',
  'phases',
  'probes',
  'processes',
  'resources',
  'runs',
  'stacks',
  'streams',
  'upstream',
];
const forbiddenPackages = ['node:child_process', 'child_process', 'undici', 'execa'];

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)\s[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|^import '([^']+)'/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** Everything that a file imports, and what that imports in turn: our own files relative to `src`, packages by name. */
function reachedFrom(file: string): Set<string> {
  const reached = new Set<string>();
  const queue = [file];
  for (const current of queue) {
    for (const name of importsOf(current)) {
      const target = name.startsWith('.') ? relative(src, join(src, dirname(current), name)) : name;
      if (reached.has(target)) continue;
      reached.add(target);
      if (name.startsWith('.')) queue.push(target);
    }
  }
  return reached;
}

const filesOf = (folder: string) => globSync(`${folder}/**/*.ts`, { cwd: src });

test.each([['analysis'], ['rules'], ['verdict'], ['plan'], ['reporters']])(
  '%s/ reaches nothing that gathers evidence',
  (folder) => {
    const files = filesOf(folder);
    expect(files).not.toEqual([]);
    for (const file of files) {
      const wrong = [...reachedFrom(file)].filter(
        (target) =>
          forbiddenPackages.includes(target) || gathering.some((other) => target.startsWith(`${other}/`)),
      );
      expect({ file, wrong }).toEqual({ file, wrong: [] });
    }
  },
);

test.each([['analysis'], ['rules'], ['verdict'], ['plan']])(
  '%s/ touches no file and renders nothing',
  (folder) => {
    for (const file of filesOf(folder)) {
      const wrong = [...reachedFrom(file)].filter((target) => /^(node:)?fs\b|^reporters\//.test(target));
      expect({ file, wrong }).toEqual({ file, wrong: [] });
    }
  },
);

test('the imports are really read', () => {
  expect(importsOf('gather.ts')).toContain('./backend/backend.ts');
  expect([...reachedFrom('gather.ts')]).toEqual(
    expect.arrayContaining(['backend/backend.ts', 'undici', 'execa']),
  );
  expect(importsOf('settings/config-file.ts')).toContain('yaml');
});
