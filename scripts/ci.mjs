import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { ended, ensureToolchain } from './lib/bootstrap.mjs';
import { main } from './lib/main.mjs';
import { root } from './lib/root.mjs';

const tool = (...names) => path.join(root, 'node_modules', ...names);

// Started through this Node, because the `node` that comes first on PATH may be an older one.
const steps = [
  {
    name: 'biome',
    args: [tool('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--error-on-warnings', '--colors=off'],
  },
  { name: 'tsc', args: [tool('typescript', 'bin', 'tsc'), '--noEmit'] },
  {
    name: 'tsc of the page',
    args: [tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'src/reporters/html/page'],
  },
  { name: 'knip', args: [tool('knip', 'bin', 'knip.js')] },
  { name: 'dist is fresh', args: ['scripts/build.mjs', '--check'] },
  { name: 'docs are fresh', args: ['scripts/docs.mjs', '--check'] },
  { name: 'workflows', args: ['scripts/lint-workflows.mjs'] },
  { name: 'npm test', command: 'npm', args: ['test'] },
];

await main(async () => {
  await timed('toolchain', () => ensureToolchain({ log: say }), toolchainStart());
  const failed = [];
  for (const { name, command = process.execPath, args } of steps) {
    const ok = await timed(name, async () => {
      const { code, interrupted } = await ended(spawn(command, args, { cwd: root, stdio: 'inherit' }));
      if (interrupted) throw new Error(`ci: interrupted by ${interrupted}`);
      return code === 0;
    });
    if (!ok) failed.push(name);
  }
  if (failed.length === 0) return 0;
  say(`ci: failed: ${failed.join(', ')}`);
  return 1;
});

async function timed(name, run, start = Date.now()) {
  say(`ci: ${name} …`);
  const outcome = await run();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  say(`ci: ${name} ${outcome === false ? 'failed' : 'done'} after ${seconds} s`);
  return outcome;
}

// On an older Node this script starts itself again, and the time spent until then counts as well.
function toolchainStart() {
  process.env.HANG_GATE_CI_START ??= String(Date.now());
  return Number(process.env.HANG_GATE_CI_START);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
