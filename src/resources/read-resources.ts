import type { ResourceSample } from '../evidence/schema.ts';
import { descriptorsOf, rowsOf } from '../processes/listeners.ts';
import { listProc, readProc } from '../processes/process-table.ts';

export type ResourceFigures = Omit<ResourceSample, 'atMs' | 'pid' | 'moment' | 'abortedStreams'>;

/** `TCP_CLOSE_WAIT` in `/proc/net/tcp`: the other side has left, and this one has not closed its socket. */
const closeWaitState = '08';
/** Kernel functions in which a thread waits for a peer (`poll` and `select`, a blocking read, a connect) or sleeps. */
const passingChannels =
  /^(poll_schedule_timeout|wait_woken|sk_wait_data|inet_stream_connect|tcp_recvmsg|hrtimer_nanosleep)/;

/** What a process holds by the kernel's word; `undefined` when it cannot be read. */
export function readResources(pid: number): ResourceFigures | undefined {
  const held = descriptorsOf(pid);
  const threads = listProc(`${pid}/task`);
  if (held.length === 0 || threads.length === 0) return undefined;
  const sockets = held.filter(({ target }) => target.startsWith('socket:'));
  const residentKb = /^VmRSS:\s+(\d+) kB/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
  return {
    fds: held.length,
    sockets: sockets.length,
    threads: threads.length,
    passingThreads: threads.filter((tid) => passingChannels.test(readProc(`${pid}/task/${tid}/wchan`) ?? ''))
      .length,
    closeWait: countInCloseWait(pid, new Set(sockets.map(({ inode }) => inode))),
    residentKb: residentKb === undefined ? null : Number(residentKb),
  };
}

function countInCloseWait(pid: number, inodes: ReadonlySet<string | undefined>): number {
  return [`${pid}/net/tcp`, `${pid}/net/tcp6`]
    .flatMap(rowsOf)
    .filter(([, , , state, , , , , , inode]) => state === closeWaitState && inodes.has(inode)).length;
}
