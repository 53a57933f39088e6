import type { ResourceSample } from '../evidence/schema.ts';
import { listProc, readProc, readProcLink } from '../processes/process-table.ts';

export type ResourceFigures = Omit<ResourceSample, 'atMs' | 'pid' | 'moment' | 'abortedStreams'>;

/** `TCP_CLOSE_WAIT` in `/proc/net/tcp`: the other side has left, and this one has not closed its socket. */
const closeWaitState = '08';
/** Kernel functions in which a thread waits for a peer (`poll` and `select`, a blocking read, a connect) or sleeps. */
const passingChannels =
  /^(poll_schedule_timeout|wait_woken|sk_wait_data|inet_stream_connect|tcp_recvmsg|hrtimer_nanosleep)/;

/** What a process holds by the kernel's word; `undefined` when it cannot be read. */
export function readResources(pid: number): ResourceFigures | undefined {
  const fds = listProc(`${pid}/fd`);
  const threads = listProc(`${pid}/task`);
  if (fds.length === 0 || threads.length === 0) return undefined;
  const sockets = fds.flatMap(
    (fd) => /^socket:\[(\d+)\]$/.exec(readProcLink(`${pid}/fd/${fd}`) ?? '')?.[1] ?? [],
  );
  const residentKb = /^VmRSS:\s+(\d+) kB/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
  return {
    fds: fds.length,
    sockets: sockets.length,
    threads: threads.length,
    passingThreads: threads.filter((tid) => passingChannels.test(readProc(`${pid}/task/${tid}/wchan`) ?? ''))
      .length,
    closeWait: countInCloseWait(pid, new Set(sockets)),
    residentKb: residentKb === undefined ? null : Number(residentKb),
  };
}

function countInCloseWait(pid: number, inodes: ReadonlySet<string>): number {
  const lines = ['tcp', 'tcp6'].flatMap((table) =>
    (readProc(`${pid}/net/${table}`) ?? '').split('\n').slice(1),
  );
  return lines.filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[3] === closeWaitState && inodes.has(fields[9] ?? '');
  }).length;
}
