import type { Evidence } from '../evidence/schema.ts';
import { endOf } from './process-end.ts';
import type { Rule } from './rule.ts';
import { seconds } from './wording.ts';

/** What a shell answers when there is no such program, or when it may not be run. */
const cannotStart: readonly (number | null)[] = [126, 127];

export const notReady: Rule = {
  id: 'not-ready',
  title: 'Does the backend answer at all?',
  outcome: 'inconclusive',
  reason: 'not-ready',
  evaluate: (evidence) => {
    const { backend, plan } = evidence;
    if (backend.startedMs === null) return { message: 'The backend was never started.' };
    if (backend.readyMs !== null) return undefined;
    if (backend.exit)
      return { message: exitedWhileBooting(evidence), pid: backend.pid, fix: fixOf(evidence) };
    const why = backend.lastReadinessError ? ` (last try: ${backend.lastReadinessError})` : '';
    return {
      message: `The backend did not answer at ${plan.origin} within ${seconds(plan.bootTimeoutMs)}${why}.`,
      pid: backend.pid,
      fix: 'See backend.log for what it was doing; set `url` if it listens elsewhere, or raise `boot-timeout` if it needs longer.',
    };
  },
};

function exitedWhileBooting({ backend }: Evidence): string {
  const exit = backend.exit as NonNullable<typeof backend.exit>;
  const afterMs = exit.atMs - (backend.startedMs ?? 0);
  const last = backend.lastLogLines.at(-1);
  if (cannotStart.includes(exit.code)) return `The backend cannot be started: ${last ?? endOf(exit)}.`;
  return `The backend ${endOf(exit)} after ${seconds(afterMs)}, before it answered.${last ? ` Its last line: ${last.trim().slice(0, 300)}` : ''}`;
}

function fixOf({ backend, plan }: Evidence): string {
  return backend.exit && cannotStart.includes(backend.exit.code)
    ? `The command \`${plan.command}\` needs a program that is not there: install it (on GitHub: actions/setup-python), or check PATH and \`working-directory\`.`
    : 'See backend.log for the whole output. If the command works by hand, it may miss a variable: the backend is given few of those around it, so name what it needs in `env`.';
}
