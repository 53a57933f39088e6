import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { GateError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { connectionsWaitingOn, listenersOn } from '../processes/listeners.ts';
import { listProcesses, readProc, shortCommandLine } from '../processes/process-table.ts';

/** Where the kernel's own choice for outgoing connections usually begins, and the lowest port that is looked at. */
const usualFirstEphemeralPort = 32_768;
const lowestPort = 20_000;
const attempts = 50;

/**
 * A port that nobody listens on right now. Below those from which the kernel takes the local ports of connections: one of
 * them could be taken by any connection on this machine before the backend has bound it.
 */
export async function findFreePort(): Promise<number> {
  const ephemeral = readProc('sys/net/ipv4/ip_local_port_range')?.split(/\s+/)[0];
  const end = Math.max(Number(ephemeral ?? usualFirstEphemeralPort), lowestPort);
  for (let attempt = 0; attempt < attempts && end > lowestPort; attempt += 1) {
    const port = randomInt(lowestPort, end);
    if ((await bound(port)) === port) return port;
  }
  return (await bound(0)) ?? 0;
}

/** The port that could be bound, for a moment, on every interface; `undefined` when it could not. */
function bound(port: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const server = createServer();
  server.once('error', () => resolve(undefined));
  server.listen(port, '0.0.0.0', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
  });
  return promise;
}

/** The port of an origin, also where the scheme implies it. */
export function portOf(origin: string): number {
  const { port, protocol } = new URL(origin);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/** Connections that the backend has not accepted yet; `undefined` where that cannot be seen, as of another machine's. */
export function connectionsWaitingFor({
  origin,
  attach,
}: Pick<Plan, 'origin' | 'attach'>): number | undefined {
  return attach?.isHere === false ? undefined : connectionsWaitingOn(portOf(origin));
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
  const owners = listenersOn(port, listProcesses()).map(({ pid }) => `pid ${pid} (${shortCommandLine(pid)})`);
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
