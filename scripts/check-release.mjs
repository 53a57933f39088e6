/** `node scripts/check-release.mjs v1.2.3`: exits with 1 when this commit says it is another version. */
import process from 'node:process';
import { ensureToolchain } from './lib/bootstrap.mjs';
import { main } from './lib/main.mjs';
import { root } from './lib/root.mjs';

await main(async () => {
  await ensureToolchain({ packages: false });
  const { releaseProblems } = await import('./lib/release.ts');
  const tag = process.argv[2] ?? '';
  const problems = releaseProblems(root, tag);
  process.stdout.write(`${problems.length > 0 ? problems.join('\n') : `This commit is ${tag}.`}\n`);
  return problems.length === 0 ? 0 : 1;
});
