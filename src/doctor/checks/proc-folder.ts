import { listProc, readProc } from '../../processes/process-table.ts';
import { readScheduling } from '../../processes/scheduling.ts';
import { type Check, ok, problem, warning } from '../check.ts';

/** Whether the kernel shows what its threads do: the gate's second witness beside py-spy. */
export const procFolder: Check = {
  id: 'proc',
  title: '/proc',
  run: ({ platform }) => {
    if (platform !== 'linux') {
      return warning(
        'this is no Linux: the gate sees only the process that it starts, cannot name who owns a port, and has no second witness beside py-spy',
        'Run it on Linux for verdicts that can be relied on.',
      );
    }
    if (readProc('self/stat') === undefined) {
      return problem(
        '/proc cannot be read, so the gate finds no process of the backend',
        'Mount it: `mount -t proc proc /proc`.',
      );
    }
    // This thread runs, and a running one has no wait channel: Node's other threads sleep.
    const threads = listProc('self/task').map((tid) => readScheduling(process.pid, Number(tid)));
    const lacks = [
      ...(threads.some((thread) => thread?.waitChannel) ? [] : ['wchan (where a thread sleeps)']),
      ...(threads.some((thread) => thread && thread.ranMs !== null) ? [] : ['schedstat (how long it ran)']),
    ];
    if (lacks.length === 0) return ok('readable; wchan and schedstat are shown');
    return warning(
      `readable, but the kernel hides ${lacks.join(' and ')}`,
      'Where stacks can be taken, nothing to do; one hung worker among several may stay unseen.',
    );
  },
};
