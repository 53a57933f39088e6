import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { ensureToolchain } from './lib/bootstrap.mjs';
import { main } from './lib/main.mjs';
import { root } from './lib/root.mjs';

const dist = path.join(root, 'dist');

// esbuild puts its own "use strict" after the banner, where it no longer counts.
const strict = "'use strict';";
const importMetaUrl = "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;";
const prologue = `${strict}\n${importMetaUrl}`;

// Old syntax only, and before the first require: it has to run on the Node that is too old.
const versionCheck = `(function () {
  var version = process.versions.node.split('.');
  if (+version[0] > 22 || (+version[0] === 22 && +version[1] >= 19)) return;
  process.stderr.write('hang-gate needs Node 22.19 or newer; this is v' + process.versions.node + ': install it or use actions/setup-node.\\n');
  process.exit(2);
})();`;

/** The artifact client unzips what it downloads, which nobody does here, with packages of which one states no licence. */
const leftOut = {
  name: 'left out',
  setup(build) {
    build.onResolve({ filter: /^unzip-stream$/ }, ({ path: name }) => ({
      path: name,
      namespace: 'left-out',
    }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

const entries = [
  { source: 'src/index.ts', name: 'index.cjs', target: 'node24', banner: prologue },
  { source: 'src/post.ts', name: 'post.cjs', target: 'node24', banner: prologue },
  {
    source: 'src/cli.ts',
    name: 'cli.cjs',
    // Lower than what it needs to run: an older Node must still parse the file to reach the version check.
    target: 'node18',
    banner: `#!/usr/bin/env node\n${strict}\n${versionCheck}\n${importMetaUrl}`,
  },
  { source: 'src/probes/worker.ts', name: 'probe-worker.cjs', target: 'node22.19', banner: prologue },
];

await main(async () => {
  await ensureToolchain();
  if (process.argv.includes('--check')) return await check();
  const files = await build(dist);
  for (const name of files) process.stdout.write(`dist/${name} ${sizeOf(path.join(dist, name))}\n`);
});

async function check() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hang-gate-build-'));
  try {
    const expected = await build(folder);
    const present = existsSync(dist) ? readdirSync(dist) : [];
    const stale = [...new Set([...expected, ...present])].filter(
      (name) => contentOf(folder, name) !== contentOf(dist, name),
    );
    if (stale.length === 0) {
      process.stdout.write('dist/ is what src/ builds to.\n');
      return 0;
    }
    const names = stale.map((name) => `dist/${name}`).join(', ');
    process.stderr.write(`Not what src/ builds to: ${names}. Run "npm run build" and commit dist/.\n`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(outdir) {
  const esbuild = await import('esbuild');
  const { licencesOf } = await import('./lib/licences.ts');
  const { version } = readJson(path.join(root, 'package.json'));
  const { bundlePage } = await import('./lib/page-bundle.ts');
  const page = await bundlePage();
  const files = new Map();
  const inputs = new Set();

  for (const { source, name, target, banner } of entries) {
    if (readFileSync(path.join(root, source), 'utf8').startsWith('#!')) {
      throw new Error(`${source} starts with "#!": remove that line, the build adds it.`);
    }
    const { outputFiles, metafile } = await esbuild.build({
      absWorkingDir: root,
      entryPoints: [source],
      outfile: `dist/${name}`,
      bundle: true,
      write: false,
      metafile: true,
      format: 'cjs',
      platform: 'node',
      target,
      banner: { js: banner },
      define: {
        __HANG_GATE_VERSION__: JSON.stringify(version),
        __HANG_GATE_PAGE_SCRIPT__: JSON.stringify(page.script),
        __HANG_GATE_PAGE_STYLE__: JSON.stringify(page.style),
        'import.meta.url': '__importMetaUrl',
        'import.meta.dirname': '__dirname',
        'import.meta.filename': '__filename',
      },
      plugins: [leftOut],
      legalComments: 'none',
      logLevel: 'warning',
    });
    files.set(name, verified(name, outputFiles[0].text));
    for (const output of Object.values(metafile.outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
        if (bytesInOutput > 0) inputs.add(input);
      }
    }
  }
  files.set('licenses.txt', licencesOf(root, inputs));

  mkdirSync(outdir, { recursive: true });
  for (const [name, text] of files) writeFileSync(path.join(outdir, name), text);
  for (const name of readdirSync(outdir)) {
    if (!files.has(name)) rmSync(path.join(outdir, name), { recursive: true });
  }
  chmodSync(path.join(outdir, 'cli.cjs'), 0o755);
  return [...files.keys()];
}

function verified(name, text) {
  if (text.includes(root))
    throw new Error(
      `dist/${name} holds the path of this clone, so another clone would build something else.`,
    );
  if (text.includes('\r'))
    throw new Error(`dist/${name} holds a carriage return, which git would change on commit.`);
  return text;
}

function contentOf(folder, name) {
  const file = path.join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function sizeOf(file) {
  return `${(readFileSync(file).length / 1024).toFixed(0)} KB`;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
