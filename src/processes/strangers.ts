/** Who else takes the connections that are meant for the backend. */

import { descriptorsOf, type ListeningSocket, listenersOnPort } from './listeners.ts';
import { listProcesses, shortCommandLine } from './process-table.ts';

/** As `/proc/net/tcp` writes them: of IPv4, of IPv6, and of the one in the other. */
const wildcards = ['00000000', '0'.repeat(32)];
const loopbacks = ['0100007F', `${'0'.repeat(16)}FFFF00000100007F`, `${'0'.repeat(24)}01000000`];

export interface Stranger {
  readonly pid: number;
  readonly commandLine: string;
}

/**
 * Processes outside the backend that hold a socket to which connections to this port of this machine go. Those of other
 * users cannot be read and are not found.
 * @param own The pids of the backend.
 */
export function strangersOn(port: number, own: readonly number[]): Stranger[] {
  const inodes = new Set(takers(listenersOnPort(port)).map(({ inode }) => inode));
  const ours = new Set(own.flatMap((pid) => descriptorsOf(pid).map(({ inode }) => inode)));
  const foreign = [...inodes].filter((inode) => !ours.has(inode));
  // Everybody's descriptors are many, so nobody's are read without a reason.
  if (foreign.length === 0) return [];
  return listProcesses()
    .filter(
      ({ pid }) =>
        !own.includes(pid) && descriptorsOf(pid).some(({ inode }) => foreign.includes(inode ?? '')),
    )
    .map(({ pid }) => ({ pid, commandLine: shortCommandLine(pid) }));
}

/** The kernel gives a connection to a socket of just that address, and to one of every address only without such. */
function takers(sockets: readonly ListeningSocket[]): readonly ListeningSocket[] {
  const exact = sockets.filter(({ address }) => loopbacks.includes(address));
  return exact.length > 0 ? exact : sockets.filter(({ address }) => wildcards.includes(address));
}
