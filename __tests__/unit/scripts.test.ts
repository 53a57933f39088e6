/** A script starts itself again under Node 24, which an older Node can only do to what it can parse. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { transform } from 'esbuild';

const scripts = join(import.meta.dirname, '../../scripts');
const files = globSync(['*.mjs', 'lib/*.mjs'], { cwd: scripts });
const read = (file: string) => readFileSync(join(scripts, file), 'utf8');

/** What esbuild has to rewrite for Node 20 is what Node 20 cannot parse. */
async function hasNewerSyntax(code: string): Promise<boolean> {
  const [written, lowered] = await Promise.all(
    ['esnext', 'node20'].map((target) => transform(code, { target, format: 'esm' })),
  );
  return written?.code !== lowered?.code;
}

function staticImports(code: string): string[] {
  return [...code.matchAll(/^(?:import|export)\b[^;(]*?'([^']+)';$/gm)].map((match) => match[1] ?? '');
}

test.each(files)('%s can be parsed by Node 20', async (file) => {
  expect(await hasNewerSyntax(read(file))).toBe(false);
});

test.each(files)('%s needs no package and no newer Node before it runs', (file) => {
  const inLib = file.startsWith('lib/');
  const allowed = inLib ? /^(node:[\w/]+|\.\/[\w-]+\.mjs)$/ : /^(node:[\w/]+|\.\/lib\/[\w-]+\.mjs)$/;
  expect(staticImports(read(file)).filter((name) => !allowed.test(name))).toEqual([]);
});

test.each(files)('%s needs no newer Node to find itself', (file) => {
  const code = read(file).replaceAll(/'import\.meta\.\w+'/g, '');
  expect(code).not.toMatch(/import\.meta\.(dirname|filename)/);
});

test('the two tests see what they look for', async () => {
  expect(await hasNewerSyntax('async () => { await using _file = open(); };')).toBe(true);
  expect(await hasNewerSyntax('await import("./a.ts");\nimport.meta.dirname;\na ??= b?.c;')).toBe(false);
  expect(staticImports("import { a,\n  b } from 'x';\nimport './y.ts';\nawait import('z');\n")).toEqual([
    'x',
    './y.ts',
  ]);
  expect(staticImports(read('accuracy.mjs'))).toContain('./lib/bootstrap.mjs');
});
