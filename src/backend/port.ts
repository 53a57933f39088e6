import { connect, createServer } from 'node:net';
import { GateError } from '../errors.ts';
import { listenersOn } from '../processes/listeners.ts';
import { commandLine, listProcesses } from '../processes/process-table.ts';

/** A port that nobody listens on right now. */
export async function findFreePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
  return promise;
}

/** The port of an origin, also where the scheme implies it. */
export function portOf(origin: string): number {
  const { port, protocol } = new URL(origin);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/**
 * Refuses a port that is already served: whatever answers there is not the backend under test.
 * @throws {GateError} `port-in-use`, naming the owner where it can be known.
 */
export async function assertPortIsFree(origin: string): Promise<void> {
  const owner = await portOwner(origin);
  if (owner === undefined) return;
  throw new GateError(
    'port-in-use',
    `Port ${portOf(origin)} is already served by ${owner}. End that process, or use {port} in the command to get a free port.`,
  );
}

/** Who answers at an origin, for people; `undefined` when nobody does. */
export async function portOwner(origin: string): Promise<string | undefined> {
  const port = portOf(origin);
  if (!(await accepts(new URL(origin).hostname.replace(/^\[|\]$/g, ''), port))) return undefined;
  const owners = listenersOn(port, listProcesses()).map(({ pid }) => `pid ${pid} (${commandLine(pid)})`);
  return owners.length > 0 ? owners.join(', ') : 'a process of another user';
}

async function accepts(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: 1_000 });
  const settle = (answer: boolean) => () => {
    socket.destroy();
    resolve(answer);
  };
  socket.once('connect', settle(true)).once('timeout', settle(false)).once('error', settle(false));
  return promise;
}
