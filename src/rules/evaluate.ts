import { messageOf } from '../errors.ts';
import type { Evidence } from '../evidence/schema.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Finding, pageOf, type Reason, type Rule } from './rule.ts';

export interface RuleResult {
  readonly finding: Finding;
  readonly rule: Rule;
  readonly reason: Reason;
  readonly restsOnLatency: boolean;
}

/** What each of these rules has to say, in their order. A rule that throws is a finding of its own, never a pass. */
export function evaluateAll(rules: readonly Rule[], evidence: Evidence): RuleResult[] {
  return rules.map((rule) => evaluateRule(rule, evidence)).filter((result) => result !== undefined);
}

/** The first that speaks at level `error`: it decides the verdict. `undefined` for a pass. */
export function decisiveOf(results: readonly RuleResult[]): RuleResult | undefined {
  return results.find(({ finding }) => finding.level === 'error');
}

function evaluateRule(rule: Rule, evidence: Evidence): RuleResult | undefined {
  try {
    const statement = rule.evaluate(evidence);
    if (!statement) return undefined;
    const {
      ruleId = rule.id,
      reason = rule.reason,
      restsOnLatency = false,
      message,
      level = 'error',
      location = null,
      waitedOn,
      pid = null,
      fix = null,
      subject,
    } = statement;
    const fingerprint = fingerprintOf({ ruleId, location, subject });
    const page = pageOf(ruleId);
    const finding = { ruleId, level, message, location, waitedOn, pid, fix, page, fingerprint };
    return { rule, reason, restsOnLatency, finding };
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
    return {
      rule: { ...rule, outcome: 'inconclusive' },
      reason: 'gate-failed',
      restsOnLatency: false,
      finding,
    };
  }
}
