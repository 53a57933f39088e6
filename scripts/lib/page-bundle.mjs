import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..', '..');
const page = 'src/reporters/html/page';

/**
 * The script and the style of `report.html`, each as one text that a `<script>` or `<style>` element can hold.
 *
 * @returns {Promise<{ script: string, style: string }>}
 */
export async function bundlePage() {
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('page.css')]);
  return { script, style };
}

async function bundle(name) {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [path.join(page, name)],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const text = outputFiles[0].text.trim();
  if (/<\/(script|style)|<!--/i.test(text))
    throw new Error(`${page}/${name} holds what ends its own element.`);
  return text;
}
