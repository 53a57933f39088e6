import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StartService } from './service.ts';

/** Somebody else's server, on the port that the gate is told to test. */
export const busyPort: StartService = async () => {
  const server = createServer((_, response) => response.end('somebody else\n'));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    environment: {},
    settings: ['--url', `http://127.0.0.1:${port}`],
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};
