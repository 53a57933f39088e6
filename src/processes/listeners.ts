import { listProc, type ProcessEntry, readProc, readProcLink } from './process-table.ts';

const listenState = '0A';

interface ListeningSocket {
  readonly inode: string;
  /** Connections that wait to be accepted: for a socket that listens, its receive queue counts these. */
  readonly waiting: number;
}

/** The sockets that listen on a TCP port, IPv4 and IPv6; several with `SO_REUSEPORT`. */
function listeningSockets(port: number): ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  for (const table of ['net/tcp', 'net/tcp6']) {
    for (const row of (readProc(table) ?? '').split('\n').slice(1)) {
      const [, local, , state, queues, , , , , inode] = row.trim().split(/\s+/);
      const localPort = Number.parseInt(local?.split(':')[1] ?? '', 16);
      if (state !== listenState || localPort !== port || inode === undefined) continue;
      sockets.push({ inode, waiting: Number.parseInt(queues?.split(':')[1] ?? '', 16) || 0 });
    }
  }
  return sockets;
}

/** Connections on `port` that the kernel has made and nobody has accepted; `undefined` when nobody listens. */
export function connectionsWaitingOn(port: number): number | undefined {
  const sockets = listeningSockets(port);
  return sockets.length === 0 ? undefined : sockets.reduce((sum, { waiting }) => sum + waiting, 0);
}

/**
 * The processes that hold a listening socket on `port`. Supervisors and all their workers share one, so this is often
 * more than one. Processes of other users cannot be read and are not found.
 */
export function listenersOn(port: number, table: readonly ProcessEntry[]): ProcessEntry[] {
  const inodes = new Set(listeningSockets(port).map(({ inode }) => inode));
  if (inodes.size === 0) return [];
  return table.filter(({ pid }) =>
    listProc(`${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readProcLink(`${pid}/fd/${fd}`) ?? '')?.[1];
      return inode !== undefined && inodes.has(inode);
    }),
  );
}
