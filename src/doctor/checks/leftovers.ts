import { counted, joined } from '../../rules/wording.ts';
import { foldersOf, processesOf } from '../../runs/end-run.ts';
import { recordsOfDeadGates } from '../../runs/run-record.ts';
import { type Check, ok, warning } from '../check.ts';

/** Whether a gate that was killed left something; only told, since the next run ends it. */
export const leftovers: Check = {
  id: 'leftovers',
  title: 'leftovers',
  run: () => {
    const records = recordsOfDeadGates().flatMap(({ record }) => record ?? []);
    const pids = records.flatMap(processesOf).map(({ pid }) => `pid ${pid}`);
    const folders = records.flatMap(foldersOf);
    const found = [
      pids.length > 0 && joined(pids),
      folders.length > 0 && counted(folders.length, 'temporary folder'),
    ].filter((part) => part !== false);
    if (found.length === 0) return ok('none of an earlier run');
    return warning(
      `${joined(found)}, left by a run that was killed`,
      'Nothing to do: the next run ends them.',
    );
  },
};
