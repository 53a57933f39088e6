/** `npm run interpreters`: fetches those of the tested Pythons that are not found on this machine. */
import path from 'node:path';
import process from 'node:process';
import { fetchInterpreter } from './lib/fetch-interpreter.mjs';
import { findInterpreters } from './lib/interpreters.mjs';
import { main } from './lib/main.mjs';
import { root } from './lib/root.mjs';

const cacheDir = path.join(root, '.cache');
const log = (line) => process.stderr.write(`${line}\n`);

await main(async () => {
  for (const { minor, interpreter } of await findInterpreters(cacheDir)) {
    const { version, executable } = interpreter ?? (await fetchInterpreter(minor, { cacheDir, log }));
    log(`Python ${version} is ${interpreter ? 'found' : 'installed'}: ${executable}`);
  }
});
