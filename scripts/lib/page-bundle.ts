import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..', '..');
const page = 'src/reporters/html/page';

/** The script and the style of `report.html`, each as a text that its element can hold. */
export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

export async function bundlePage(): Promise<PageBundle> {
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('page.css')]);
  return { script, style };
}

async function bundle(name: string): Promise<string> {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [path.join(page, name)],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: ['es2023', 'chrome125', 'firefox126', 'safari17.5'],
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const text = outputFiles[0]?.text.trim() ?? '';
  if (/<\/(script|style)|<!--/i.test(text))
    throw new Error(`${page}/${name} holds what ends its own element.`);
  return text;
}
