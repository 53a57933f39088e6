import { counted, joined } from '../rules/wording.ts';
import { type Ended, endRun } from './end-run.ts';
import { recordsOfDeadGates, removeRecord } from './run-record.ts';

/**
 * Cleans up after gates that were killed. A living gate's run is not touched.
 * @param folder Where their records are.
 * @returns a sentence for each run that had left something.
 */
export function cleanUpDeadRuns(folder?: string): string[] {
  return recordsOfDeadGates(folder).flatMap(({ gate, record }) => {
    const ended = record ? endRun(record) : undefined;
    if (!ended?.left.length) removeRecord(gate, folder);
    const told = ended && sentenceOf(ended);
    return record && told
      ? [`an earlier run (pid ${gate.pid}, ${record.startedAt}) was killed: ${told}`]
      : [];
  });
}

/** What had to be done; `undefined` when nothing had. */
export function sentenceOf({ pids, folders, left }: Ended): string | undefined {
  const ended = pids.filter((pid) => !left.includes(pid));
  const parts = [
    ended.length > 0 && `ended ${joined(ended.map((pid) => `pid ${pid}`))}`,
    folders.length > 0 && `removed ${counted(folders.length, 'temporary folder')}`,
    left.length > 0 && `could not end ${joined(left.map((pid) => `pid ${pid}`))}`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? joined(parts) : undefined;
}
