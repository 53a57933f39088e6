import { findBlocks } from '../analysis/block.ts';
import { isApplicationFrame } from '../analysis/frames.ts';
import { loopOf } from '../analysis/loop-thread.ts';
import { proofsFrom } from '../analysis/proof.ts';
import type { Evidence } from '../evidence/schema.ts';
import { explainBlock } from '../rules/blocked-loop/index.ts';
import { fingerprintOf } from '../rules/fingerprint.ts';
import { letItRead, loopUnproven } from '../rules/loop-unproven.ts';
import { whyNoStack } from '../rules/no-stack.ts';
import { type Finding, pageOf } from '../rules/rule.ts';
import { placesOf } from '../rules/standings.ts';
import { counted, joined, location, place } from '../rules/wording.ts';
import type { Result } from './result.ts';

export interface Judgement {
  readonly outcome: Pick<Result, 'verdict' | 'reason' | 'message' | 'culprit'>;
  readonly findings: readonly Finding[];
}

/** What `hang-gate dump` saw: no streams and no probes, only a series of dumps of a backend as it stands. */
export function explainDumps(evidence: Evidence): Judgement {
  const findings = findBlocks(evidence.dumps).map((block): Finding => {
    const { ruleId, because, fix, waitedOn } = explainBlock(block, evidence);
    const at = block.culprit ? location(block.culprit, evidence) : null;
    return {
      ruleId,
      level: 'error',
      message: `pid ${block.pid} stood at one place in ${counted(block.dumpCount, 'dump')}: ${because}.`,
      location: at,
      waitedOn: placesOf(waitedOn, evidence),
      pid: block.pid,
      fix,
      page: pageOf(ruleId),
      fingerprint: fingerprintOf({ ruleId, location: at }),
    };
  });
  const [first] = findings;
  if (first) {
    const outcome = {
      verdict: 'fail',
      reason: 'loop-blocked',
      message: first.message,
      culprit: first.location,
    } as const;
    return { outcome, findings };
  }
  return withoutBlock(evidence);
}

function withoutBlock(evidence: Evidence): Judgement {
  const loops = [
    ...new Set(evidence.dumps.filter((dump) => loopOf(dump) !== undefined).map(({ pid }) => `pid ${pid}`)),
  ];
  if (loops.length === 0) {
    return unproven(
      `No event loop was seen at ${evidence.plan.origin}${whyNoStack(evidence.dumps, evidence)}.`,
      letItRead,
    );
  }
  const open = [...proofsFrom(evidence)].filter(([, proof]) => proof === 'stuck' || proof === 'unseen');
  if (open.length > 0) {
    const isUnseen = open.some(([, proof]) => proof === 'unseen');
    return unproven(
      `${joined(open.map(([pid]) => notFree(pid, evidence)))}.`,
      isUnseen
        ? letItRead
        : 'Take the stacks once more: a single one may come in the middle of an honest request.',
    );
  }
  const message = `The event ${loops.length === 1 ? 'loop' : 'loops'} of ${joined(loops)} did not stand still while the stacks were taken.`;
  return { outcome: { verdict: 'pass', reason: 'healthy', message, culprit: null }, findings: [] };
}

/** Where it was seen all the same, for who knows the code. */
function notFree(pid: number, evidence: Evidence): string {
  const dumps = evidence.dumps.filter((dump) => dump.pid === pid);
  const frames = dumps.map(loopOf).findLast((loop) => loop !== undefined)?.thread.frames ?? [];
  const at = frames.find(isApplicationFrame) ?? frames[0];
  return at
    ? `pid ${pid} was not seen with its event loop free, and last stood in \`${at.function}\` at ${place(at, evidence)}`
    : `pid ${pid} was not seen with an event loop${whyNoStack(dumps, evidence)}`;
}

function unproven(message: string, fix: string): Judgement {
  const ruleId = loopUnproven.id;
  const finding: Finding = {
    ...{ ruleId, level: 'error', message, location: null, pid: null, fix },
    ...{ page: pageOf(ruleId), fingerprint: null },
  };
  return {
    outcome: { verdict: 'inconclusive', reason: 'loop-unproven', message, culprit: null },
    findings: [finding],
  };
}
