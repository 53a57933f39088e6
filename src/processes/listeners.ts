import { listProc, type ProcessEntry, readProc, readProcLink } from './process-table.ts';

const listenState = '0A';
/** `SO_ACCEPTCON` among the flags of a Unix socket. */
const unixListenFlag = 0x1_00_00;

/** An epoll instance of a process: event loops wait in one. */
export interface EventPoll {
  /** Inodes of the sockets and pipes that it watches, as `/proc` writes them. */
  readonly watches: ReadonlySet<string>;
}

/** Inodes of the sockets that listen on a TCP port, IPv4 and IPv6; several with `SO_REUSEPORT`. */
export function inodesListeningOn(port: number): Set<string> {
  return new Set(listenersOnPort(port).map(({ inode }) => inode));
}

/** Inodes of every socket that listens, TCP and Unix. */
export function inodesListening(): Set<string> {
  return new Set([...tcpListeners().map(({ inode }) => inode), ...unixListeners()]);
}

/** Connections on `port` that the kernel has made and nobody has accepted; `undefined` when nobody listens. */
export function connectionsWaitingOn(port: number): number | undefined {
  const sockets = listenersOnPort(port);
  return sockets.length === 0 ? undefined : sockets.reduce((sum, { waiting }) => sum + waiting, 0);
}

/**
 * The processes that hold a listening socket on `port`. Supervisors and all their workers share one, so this is often
 * more than one. Processes of other users cannot be read and are not found.
 */
export function listenersOn(port: number, table: readonly ProcessEntry[]): ProcessEntry[] {
  const inodes = inodesListeningOn(port);
  if (inodes.size === 0) return [];
  return table.filter(({ pid }) => descriptorsOf(pid).some(({ inode }) => inodes.has(inode ?? '')));
}

/** The TCP ports that these processes serve, each once. */
export function portsServedBy(processes: readonly Pick<ProcessEntry, 'pid'>[]): number[] {
  const inodes = new Set(processes.flatMap(({ pid }) => descriptorsOf(pid).map(({ inode }) => inode)));
  return [...new Set(tcpListeners().flatMap(({ port, inode }) => (inodes.has(inode) ? [port] : [])))];
}

/** What a process holds: the inodes of its sockets and pipes, and its epoll instances. */
export function readHeld(pid: number): { inodes: Set<string>; eventPolls: EventPoll[] } {
  const held = descriptorsOf(pid);
  const inodes = new Set(held.map(({ inode }) => inode).filter((inode) => inode !== undefined));
  const eventPolls = held
    .filter(({ target }) => target === 'anon_inode:[eventpoll]')
    .map(({ fd }) => ({ watches: watchedBy(pid, fd).intersection(inodes) }));
  return { inodes, eventPolls };
}

/** What it has open; the inode of sockets and pipes. */
export function descriptorsOf(pid: number) {
  return listProc(`${pid}/fd`).map((fd) => {
    const target = readProcLink(`${pid}/fd/${fd}`) ?? '';
    return { fd, target, inode: /^(?:socket|pipe):\[(\d+)\]$/.exec(target)?.[1] };
  });
}

/** Inodes that an epoll instance watches. All of the kernel's nameless ones share a number, so not all tell much. */
function watchedBy(pid: number, fd: string): Set<string> {
  const found = (readProc(`${pid}/fdinfo/${fd}`) ?? '').matchAll(/^tfd:.*\bino:\s*([0-9a-f]+)/gm);
  return new Set([...found].map((match) => String(Number.parseInt(match[1] ?? '', 16))));
}

export interface ListeningSocket {
  readonly port: number;
  /** As `/proc/net/tcp` writes it: hexadecimal, its words in the machine's order. */
  readonly address: string;
  readonly inode: string;
  /** Connections that wait to be accepted: for a socket that listens, its receive queue counts these. */
  readonly waiting: number;
}

/** The sockets themselves. */
export function listenersOnPort(port: number): ListeningSocket[] {
  return tcpListeners().filter((socket) => socket.port === port);
}

function tcpListeners(): ListeningSocket[] {
  return ['net/tcp', 'net/tcp6'].flatMap(rowsOf).flatMap(listenerOf);
}

/** A row of `/proc/net/tcp`, when it is of a socket that listens. */
export function listenerOf([, local, , state, queues, , , , , inode]: readonly string[]): ListeningSocket[] {
  if (state !== listenState || inode === undefined) return [];
  const [port, waiting] = [local, queues].map((pair) => Number.parseInt(pair?.split(':')[1] ?? '', 16) || 0);
  return [{ port: port ?? 0, address: local?.split(':')[0] ?? '', inode, waiting: waiting ?? 0 }];
}

function unixListeners(): string[] {
  return rowsOf('net/unix').flatMap(([, , , flags, , , inode]) => {
    return (Number.parseInt(flags ?? '', 16) & unixListenFlag) !== 0 && inode !== undefined ? [inode] : [];
  });
}

/** The rows of a table under `/proc`, such as `net/tcp`, field by field and without the heading. */
export function rowsOf(table: string): string[][] {
  const lines = (readProc(table) ?? '').split('\n').slice(1);
  return lines.map((line) => line.trim().split(/\s+/));
}
