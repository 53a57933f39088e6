import { listProc, type ProcessEntry, readProc, readProcLink } from './process-table.ts';

const listenState = '0A';

/** Inodes of the sockets that listen on a TCP port, IPv4 and IPv6; several with `SO_REUSEPORT`. */
function listeningInodes(port: number): Set<string> {
  const inodes = new Set<string>();
  for (const table of ['net/tcp', 'net/tcp6']) {
    for (const row of (readProc(table) ?? '').split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
      const localPort = Number.parseInt(local?.split(':')[1] ?? '', 16);
      if (state === listenState && localPort === port && inode !== undefined) inodes.add(inode);
    }
  }
  return inodes;
}

/**
 * The processes that hold a listening socket on `port`. Supervisors and all their workers share one, so this is often
 * more than one. Processes of other users cannot be read and are not found.
 */
export function listenersOn(port: number, table: readonly ProcessEntry[]): ProcessEntry[] {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return [];
  return table.filter(({ pid }) =>
    listProc(`${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readProcLink(`${pid}/fd/${fd}`) ?? '')?.[1];
      return inode !== undefined && inodes.has(inode);
    }),
  );
}
