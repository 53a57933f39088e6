import { lostMs } from '../analysis/delays.ts';
import { holdsOf } from '../analysis/holds.ts';
import { findExcused } from '../analysis/misses.ts';
import type { Evidence, Hold } from '../evidence/schema.ts';
import type { Rule, Statement } from './rule.ts';
import { seconds } from './wording.ts';

/** A supervisor takes a worker for dead, and kills it, when it has been silent for some seconds. */
const supervisorsPatienceMs = 10_000;
/** A shorter hold is not worth a remark. */
const remarkableMs = 1_000;

/** Somebody else kept the backend from running: by a stop signal, a frozen control group, or a debugger. */
export const backendStopped: Rule = {
  id: 'backend-stopped',
  title: 'Was the backend allowed to run?',
  outcome: 'inconclusive',
  reason: 'backend-stopped',
  evaluate: (evidence) => {
    const hold = holdThatTells(evidence);
    if (hold) return statement(hold, 'so what it did not answer meanwhile tells nothing of it');
    const longest = holdsOf(evidence).toSorted((a, b) => b.durationMs - a.durationMs)[0];
    return longest && longest.durationMs >= remarkableMs
      ? { ...statement(longest, 'and that time is not counted'), level: 'note' }
      : undefined;
  },
};

type LoopHold = Hold & { readonly pid: number };

function statement(hold: LoopHold, consequence: string): Statement {
  return {
    message: `The event loop of pid ${hold.pid} ${heldHow(hold)} for ${seconds(hold.durationMs)}, ${consequence}.`,
    pid: hold.pid,
    fix: 'Find out who does that, and run the gate again without it. Nothing of the gate stops or traces the backend, but for the moment of a dump.',
  };
}

/** What somebody else did to a loop, as the end of a sentence about it. */
export function heldHow({ kind, by }: Hold): string {
  if (kind === 'stopped') return 'was stopped by a signal (SIGSTOP or the like)';
  if (kind === 'frozen') return 'was frozen with its control group (`docker pause` or the like)';
  return `was traced, as a debugger does, by ${by ?? 'another process'}`;
}

/** The hold without which a probe would have been in time, or after which a supervisor killed its worker. */
function holdThatTells(evidence: Evidence): LoopHold | undefined {
  const holds = holdsOf(evidence);
  const { deadlineMs } = evidence.plan;
  const late = findExcused(evidence).filter(
    ({ sentMs, waitedMs }) => waitedMs - lostMs(sentMs, sentMs + waitedMs, holds) < deadlineMs,
  );
  const killed = evidence.loops.filter(({ goneMs }) => goneMs !== null);
  const telling = holds.filter(
    (hold) =>
      late.some(({ sentMs, waitedMs }) => lostMs(sentMs, sentMs + waitedMs, [hold]) > 0) ||
      killed.some(
        ({ pid, goneMs }) =>
          pid === hold.pid &&
          hold.durationMs >= remarkableMs &&
          hold.startMs + hold.durationMs >= (goneMs ?? 0) - supervisorsPatienceMs,
      ),
  );
  return telling.toSorted((a, b) => b.durationMs - a.durationMs)[0];
}
