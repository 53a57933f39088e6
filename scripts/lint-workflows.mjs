/**
 * `npm run lint:workflows`: actionlint, with shellcheck, and zizmor over what GitHub runs of this repository, its shell
 * scripts included, and over the workflows that others copy.
 *
 * All three are pinned by hash in `scripts/workflow-tools/`: zizmor and shellcheck come as wheels, and so does the Go that
 * actionlint is built with, because no package holds a current one. A tool that cannot be had is a failure.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { main } from './lib/main.mjs';
import { preparePython } from './lib/python-env.mjs';
import { root } from './lib/root.mjs';

const tools = path.join(root, 'scripts', 'workflow-tools');
const cacheDir = path.join(root, '.cache');
const log = (line) => process.stderr.write(`${line}\n`);

await main(async () => {
  const { binDir } = await preparePython({
    requirementsPath: path.join(tools, 'requirements.txt'),
    cacheDir,
    log,
  });
  const actionlint = builtActionlint(path.join(binDir, 'go'));
  const shellcheck = path.join(binDir, 'shellcheck');
  const workflows = ['.github/workflows', 'examples/workflows'].flatMap(yamlFilesIn);
  // pyflakes would be run where it happens to be installed.
  const lints = [
    [shellcheck, '.ci/run', '.github/expect-verdict.sh'],
    [actionlint, '-no-color', '-shellcheck', shellcheck, '-pyflakes=', ...workflows],
    [
      path.join(binDir, 'zizmor'),
      ...['--offline', '--quiet', '--no-progress', '--color=never', '--strict-collection', '--pedantic'],
      ...['--config', '.github/zizmor.yml'],
      ...['action.yml', '.github/dependabot.yml', ...workflows],
    ],
  ];
  const failed = lints.filter(([file, ...args]) => !runs(file, args)).map(([file]) => path.basename(file));
  log(
    `${workflows.length} workflows: ${failed.length === 0 ? 'nothing found.' : `see ${failed.join(', ')}.`}`,
  );
  return failed.length === 0 ? 0 : 1;
});

function builtActionlint(go) {
  const sums = readFileSync(path.join(tools, 'go.sum'));
  const key = createHash('sha256').update(sums).digest('hex').slice(0, 12);
  const folder = path.join(cacheDir, `actionlint-${process.platform}-${process.arch}-${key}`);
  const file = path.join(folder, 'actionlint');
  if (existsSync(file)) return file;
  log(`Building actionlint of ${path.relative(root, tools)}/go.sum into ${path.relative(root, folder)} …`);
  mkdirSync(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  const args = ['build', '-mod=readonly', '-trimpath', '-o', unfinished];
  const { status, error } = spawnSync(go, [...args, 'github.com/rhysd/actionlint/cmd/actionlint'], {
    cwd: tools,
    stdio: ['ignore', 2, 2],
  });
  if (error) throw new Error(`${go} does not run: ${error.message}`);
  if (status !== 0) throw new Error('actionlint could not be built: see what go says above.');
  renameSync(unfinished, file);
  return file;
}

function yamlFilesIn(folder) {
  const names = readdirSync(path.join(root, folder)).filter((name) => /\.ya?ml$/.test(name));
  return names.sort().map((name) => path.join(folder, name));
}

function runs(file, args) {
  const { status, error } = spawnSync(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw new Error(`${file} does not run: ${error.message}`);
  return status === 0;
}
