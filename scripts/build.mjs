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

const root = path.resolve(import.meta.dirname, '..');
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

const entries = [
  { source: 'src/index.ts', name: 'index.cjs', target: 'node24', banner: prologue },
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
  files.set('licenses.txt', licencesOf(inputs));

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

function licencesOf(inputs) {
  const packages = new Map();
  for (const input of inputs) {
    const folder = packageFolderOf(input);
    if (!folder) continue;
    const { name, version, license, licenses } = readJson(path.join(root, folder, 'package.json'));
    packages.set(`${name}@${version}`, { folder, id: licenceId(license ?? licenses) });
  }
  const sorted = [...packages].sort(([a], [b]) => (a < b ? -1 : 1));
  const sections = sorted.map(
    ([title, { folder, id }]) => `${title}\nLicence: ${id}\n\n${licenceText(folder)}\n`,
  );
  const line = '-'.repeat(80);
  return `hang-gate bundles these packages.\n\n${line}\n${sections.join(`\n${line}\n`)}`;
}

function packageFolderOf(input) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return match?.[1];
}

function licenceId(value) {
  const ids = [value].flat().map((entry) => (typeof entry === 'string' ? entry : entry?.type));
  return ids.filter(Boolean).join(' OR ') || 'not stated';
}

function licenceText(folder) {
  const names = readdirSync(path.join(root, folder)).filter((name) =>
    /^(licen[cs]e|copying|notice)/i.test(name),
  );
  const texts = names.sort().map((name) => readFileSync(path.join(root, folder, name), 'utf8'));
  const text = texts.map((each) => each.replace(/\r\n?/g, '\n').trim()).join('\n\n');
  return text || '(The package carries no licence file.)';
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
