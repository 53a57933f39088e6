/**
 * `npm run demo`: the gate boots the example backend twice, once with the hang and once with the fix, and has to tell
 * them apart.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ended, ensureToolchain } from './lib/bootstrap.mjs';
import { main } from './lib/main.mjs';
import { preparePython } from './lib/python-env.mjs';
import { root } from './lib/root.mjs';

const example = path.join(root, 'examples', 'news-backend');
const log = (line) => process.stderr.write(`${line}\n`);

const runs = [
  { stream: 'blocking', title: 'the stream with the hang', verdict: 'fail', reason: 'loop-blocked' },
  { stream: 'fixed', title: 'the same stream, fixed', verdict: 'pass', reason: 'healthy' },
];

await main(async () => {
  await ensureToolchain({ log, packages: false });
  const { python } = await preparePython({
    requirementsPath: path.join(example, 'requirements.txt'),
    cacheDir: path.join(root, '.cache'),
    log,
  });
  const outcomes = [];
  for (const run of runs) outcomes.push({ ...run, ...(await gate(run, python)) });
  process.stdout.write('\n');
  for (const { title, verdict, reason, got, right } of outcomes) {
    const expected = right ? 'as it should' : `and should say ${verdict}, ${reason}`;
    process.stdout.write(
      `${right ? '✓' : '✗'} ${title}: the gate says ${got.verdict}, ${got.reason}, ${expected}\n`,
    );
  }
  return outcomes.every(({ right }) => right) ? 0 : 1;
});

async function gate({ stream, title, verdict, reason }, python) {
  process.stdout.write(`\n── ${title} ──\n`);
  const reportDir = path.join(root, 'hang-gate-report', stream);
  const child = spawn(
    process.execPath,
    [
      path.join(root, 'dist', 'cli.cjs'),
      'run',
      ...['--env', `NEWS_STREAM=${stream}`],
      ...['--report-dir', reportDir],
      ...['--', python, '-m', 'uvicorn', 'app.main:app', '--port', '{port}', '--no-access-log'],
    ],
    { cwd: example, stdio: 'inherit' },
  );
  const { code, error, interrupted } = await ended(child);
  if (error) throw error;
  if (interrupted || code === null || code === 130)
    throw new Error(`The demo was interrupted (${interrupted ?? 'SIGINT'}).`);
  if (code === 2) throw new Error('The gate did not start: see its message above.');
  const got = JSON.parse(readFileSync(path.join(reportDir, 'result.json'), 'utf8'));
  return { got, right: got.verdict === verdict && got.reason === reason };
}
