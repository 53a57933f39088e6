/** The verdict where an earlier run is at hand, and what is known may be let pass. */
import { measuredBatches } from '../analysis/growth.ts';
import type { Evidence } from '../evidence/schema.ts';
import { backendStopped } from '../rules/backend-stopped.ts';
import { crashed } from '../rules/crashed.ts';
import { decisiveOf, evaluateAll } from '../rules/evaluate.ts';
import { gateFailed } from '../rules/gate-failed.ts';
import { goesOn, rules } from '../rules/index.ts';
import type { Finding } from '../rules/rule.ts';
import { counted, joined } from '../rules/wording.ts';
import { workerReplaced } from '../rules/worker-replaced.ts';
import { compare } from './compare.ts';
import type { Comparison, Result } from './result.ts';

/** What no hang explains: beside a known one it would be missed, since the first error alone is told. */
const neverExcused = [crashed, workerReplaced, gateFailed, backendStopped];

export function againstBaseline(result: Result, evidence: Evidence): Result {
  if (!evidence.baseline) return result;
  const notDone = result.verdict === 'pass' ? [] : notExercised(evidence);
  const baseline = compare(result, evidence.baseline, notDone);
  if (!baseline.newOnly || !isAllKnown(result, baseline, evidence)) return { ...result, baseline };
  const next = nextError(result, evidence);
  return next ? againstBaseline(next, evidence) : passing(result, baseline);
}

/** The verdict without a known finding that did not end the run: what came after it was looked at as well. */
function nextError(result: Result, evidence: Evidence): Result | undefined {
  const at = rules.findIndex((rule) => rule.reason === result.reason && goesOn.includes(rule));
  const next = at < 0 ? undefined : decisiveOf(evaluateAll(rules.slice(at + 1), evidence));
  if (!next) return undefined;
  const { rule, reason, finding } = next;
  return {
    ...{ ...result, verdict: rule.outcome, reason, message: finding.message, culprit: finding.location },
    findings: [finding, ...result.findings.filter(({ ruleId }) => ruleId !== finding.ruleId).map(asKnown)],
  };
}

function asKnown(finding: Finding): Finding {
  return finding.level === 'error' ? { ...finding, level: 'warning', known: true } : finding;
}

/** Only a failure can be known: what could not be judged was not judged before either. */
function isAllKnown({ verdict, findings }: Result, baseline: Comparison, evidence: Evidence): boolean {
  const decisive = findings.filter(({ level }) => level === 'error');
  const now = baseline.findings.filter(({ change }) => change !== 'gone' && change !== 'unseen');
  return (
    verdict === 'fail' &&
    decisive.length > 0 &&
    now.every(({ change }) => change === 'known') &&
    neverExcused.every((rule) => rule.evaluate(evidence) === undefined)
  );
}

function passing(result: Result, baseline: Comparison): Result {
  const known = result.findings
    .filter(({ level, known }) => level === 'error' || known)
    .map(({ ruleId, location }) => `\`${ruleId}\`${location ? ` at ${location.file}:${location.line}` : ''}`);
  const notDone =
    baseline.notExercised.length > 0
      ? ` It ended the run early, so this was not tested: ${joined(baseline.notExercised)}.`
      : '';
  return {
    ...result,
    verdict: 'pass',
    reason: 'known-findings',
    message: `Nothing new beside what the baseline has too: ${joined(known)}.${notDone}`,
    culprit: null,
    findings: result.findings.map(asKnown),
    baseline,
  };
}

/** What a run that ended early has left out. */
function notExercised(evidence: Evidence): string[] {
  const { plan, waves, streamsAfter, dumps } = evidence;
  const aborted = waves.filter(({ abortedMs }) => abortedMs !== null).length;
  const missing = plan.waves - aborted;
  return [
    ...(missing > 0 ? [`${missing} of ${counted(plan.waves, 'wave')}`] : []),
    ...(streamsAfter === undefined ? ['a new stream after the aborts'] : []),
    ...(measuredBatches(evidence) === 0 ? ['leaks'] : []),
    ...(dumps.some(({ trigger }) => trigger === 'proof') ? [] : ['the proof that every loop is free']),
  ];
}
