import { listProc, readProc } from '../../processes/process-table.ts';
import { readScheduling } from '../../processes/scheduling.ts';
import { oneLine } from '../one-line.ts';
import { type StackSource, StackSourceError } from '../source.ts';

/** The last rung: which threads there are and where the kernel has them, readable whenever the process is ours. */
export const procSource: StackSource = {
  name: 'proc',
  wakes: 0,
  dump: async (pid) => {
    const threads = listProc(`${pid}/task`).map((name) => ({
      tid: Number(name),
      name: oneLine(readProc(`${pid}/task/${name}/comm`)?.trim() ?? '') || null,
      ownsGil: false,
      frames: [],
    }));
    if (threads.length === 0) throw new StackSourceError('the process is gone', 'passing');
    const text = threads.map(({ tid, name }) => `${tid} ${name ?? '?'}: ${whereabouts(pid, tid)}\n`).join('');
    return { threads, text, format: 'txt' };
  },
};

function whereabouts(pid: number, tid: number): string {
  const scheduling = readScheduling(pid, tid);
  if (!scheduling) return 'gone';
  const { state, waitChannel, ranMs, voluntarySwitches } = scheduling;
  const place = waitChannel === null ? '' : ` in ${waitChannel}`;
  return `state ${state}${place}, ran for ${ranMs?.toFixed(0) ?? '?'} ms, gave up the processor ${voluntarySwitches ?? '?'} times`;
}
