import { messageOf } from '../errors.ts';
import type { Evidence } from '../evidence/schema.ts';
import { bootBlocked } from './boot-blocked.ts';
import { crashed } from './crashed.ts';
import { failedProbes } from './failed-probes.ts';
import { fingerprintOf } from './fingerprint.ts';
import { gateFailed } from './gate-failed.ts';
import { incomplete } from './incomplete.ts';
import { interrupted } from './interrupted.ts';
import { leak } from './leak.ts';
import { leftBehind } from './left-behind.ts';
import { loopBlocked } from './loop-blocked.ts';
import { loopUnproven } from './loop-unproven.ts';
import { notExercised } from './not-exercised.ts';
import { notReady } from './not-ready.ts';
import { type Finding, pageOf, type Reason, type Rule } from './rule.ts';
import { runnerStarved } from './runner-starved.ts';
import { serviceUnresponsive } from './service-unresponsive.ts';
import { streamRefused } from './stream-refused.ts';
import { workerReplaced } from './worker-replaced.ts';

/** Every rule, the weightiest first: the first that speaks at level `error` decides the verdict. */
export const rules: readonly Rule[] = [
  interrupted,
  bootBlocked,
  loopBlocked,
  crashed,
  workerReplaced,
  gateFailed,
  notReady,
  runnerStarved,
  serviceUnresponsive,
  notExercised,
  streamRefused,
  incomplete,
  loopUnproven,
  leak,
  failedProbes,
  leftBehind,
];

export interface RuleResult {
  readonly finding: Finding;
  readonly rule: Rule;
  readonly reason: Reason;
}

/**
 * What the rules have to say. Each presupposes that the weightier ones above it found no error, so only the first error
 * counts; warnings and notes always do. A rule that throws is a finding of its own, never a pass.
 */
export function evaluateRules(evidence: Evidence): RuleResult[] {
  const results = rules.map((rule) => evaluateRule(rule, evidence)).filter((result) => result !== undefined);
  const decisive = results.find(({ finding }) => finding.level === 'error');
  return results.filter((result) => result === decisive || result.finding.level !== 'error');
}

function evaluateRule(rule: Rule, evidence: Evidence): RuleResult | undefined {
  try {
    const statement = rule.evaluate(evidence);
    if (!statement) return undefined;
    const {
      ruleId = rule.id,
      reason = rule.reason,
      message,
      level = 'error',
      location = null,
      pid = null,
      fix = null,
      subject,
    } = statement;
    const fingerprint = fingerprintOf({ ruleId, location, subject });
    const page = pageOf(ruleId);
    return { rule, reason, finding: { ruleId, level, message, location, pid, fix, page, fingerprint } };
  } catch (error) {
    const message = `The rule ${rule.id} could not be applied: ${messageOf(error)}.`;
    const finding: Finding = {
      ruleId: rule.id,
      level: 'error',
      message,
      location: null,
      pid: null,
      fix: null,
      page: pageOf(rule.id),
      fingerprint: null,
    };
    return { rule: { ...rule, outcome: 'inconclusive' }, reason: 'gate-failed', finding };
  }
}
