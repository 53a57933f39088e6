import { listProc, readProcLink } from './process-table.ts';

/** Open descriptors, sockets among them, and threads of a process; `undefined` when it cannot be read. */
export function readResources(pid: number): { fds: number; sockets: number; threads: number } | undefined {
  const fds = listProc(`${pid}/fd`);
  const threads = listProc(`${pid}/task`);
  if (fds.length === 0 || threads.length === 0) return undefined;
  const sockets = fds.filter((fd) => readProcLink(`${pid}/fd/${fd}`)?.startsWith('socket:'));
  return { fds: fds.length, sockets: sockets.length, threads: threads.length };
}
