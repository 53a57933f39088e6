import * as core from '@actions/core';
import { parseRecord, type RunRecord } from '../runs/run-record.ts';

/** What main leaves to post: the runner hands it on as `STATE_<name>`, also when main is killed. */
const names = { record: 'record', hasReported: 'reported' } as const;

export interface ActionState {
  /** What would have to be cleaned up; absent when nothing was begun. */
  readonly record: RunRecord | undefined;
  /** Main came to its end and said its verdict. */
  readonly hasReported: boolean;
}

export function saveRecord(record: RunRecord): void {
  core.saveState(names.record, record);
}

export function saveHasReported(): void {
  core.saveState(names.hasReported, true);
}

export function readActionState(env: NodeJS.ProcessEnv): ActionState {
  return {
    record: parseRecord(env[`STATE_${names.record}`] ?? ''),
    hasReported: env[`STATE_${names.hasReported}`] === 'true',
  };
}
