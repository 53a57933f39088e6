/** What tells the gate's own comment, and the state that it shows, in a line that nobody sees. */
import { createHash } from 'node:crypto';
import type { Result } from '../../../verdict/result.ts';

export interface Marker {
  /** Of the comment: workflow, job and what tells its legs apart. */
  readonly key: string;
  /** Of the verdict. The same state is not told twice. */
  readonly state: string;
}

export function markerOf(result: Result, env: NodeJS.ProcessEnv, commentKey: string | undefined): Marker {
  const decisive = result.findings.find(({ level, known }) => level === 'error' || known);
  return {
    key: digest(env['GITHUB_WORKFLOW'], env['GITHUB_JOB'], commentKey),
    state: digest(result.verdict, result.reason, decisive?.fingerprint ?? decisive?.ruleId),
  };
}

export function markerText({ key, state }: Marker): string {
  return `<!-- hang-gate key=${key} state=${state} -->`;
}

/** Of a comment that begins with one; wherever else it stands, somebody quotes it. */
export function readMarker(body: string): Marker | undefined {
  const [, key, state] = /^<!-- hang-gate key=(\w+) state=(\w+) -->/.exec(body) ?? [];
  return key !== undefined && state !== undefined ? { key, state } : undefined;
}

function digest(...parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
