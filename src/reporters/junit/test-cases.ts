/** The checks of a run as test cases: every rule, every probed route, every wave. */
import { wasExercised } from '../../analysis/exercised.ts';
import { measuredBatches } from '../../analysis/growth.ts';
import { evaluateRules, rules } from '../../rules/index.ts';
import type { Finding, Rule } from '../../rules/rule.ts';
import { counted, seconds } from '../../rules/wording.ts';
import type { Report } from '../reporter.ts';

export interface TestCase {
  /** Test cases of one group are shown together. */
  readonly group: 'checks' | 'routes' | 'waves';
  readonly name: string;
  /** `error`: it could not be judged, and that decides the verdict. `skipped`: it was not judged. */
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** Why, where it did not pass; what else there is to say, where it did. */
  readonly message?: string | undefined;
  readonly finding?: Finding | undefined;
  readonly durationMs?: number | undefined;
}

export function testCases(report: Report): TestCase[] {
  const cases = [...checks(report), ...routes(report), ...waves(report)];
  return report.result.verdict === 'inconclusive' ? cases.map(withoutPass) : cases;
}

/** A run that could not be judged shows nothing to be good. */
function withoutPass(given: TestCase): TestCase {
  return given.outcome === 'passed' ? { ...given, outcome: 'skipped', message: 'Not judged.' } : given;
}

function checks(report: Report): TestCase[] {
  const findings = Map.groupBy(report.result.findings, ruleOf(report));
  return rules.map((rule) => check(rule, findings.get(rule)?.[0], report));
}

/** A finding may bear the name of a cause; those of `hang-gate dump` come from no rule, and stand for the one of their reason. */
function ruleOf({ evidence, result }: Report): (finding: Finding) => Rule | undefined {
  const spoken = evaluateRules(evidence);
  return ({ ruleId }) =>
    rules.find(
      ({ id }) => id === (spoken.find(({ finding }) => finding.ruleId === ruleId)?.rule.id ?? ruleId),
    ) ?? rules.find(({ reason }) => reason === result.reason);
}

/** A rule that says nothing has only passed when all of them were asked, which nothing but a pass is. */
function check(rule: Rule, finding: Finding | undefined, { evidence, result }: Report): TestCase {
  const base = { group: 'checks', name: rule.title, finding, message: finding?.message } as const;
  if (finding?.level === 'error')
    return { ...base, outcome: result.verdict === 'inconclusive' ? 'error' : 'failed' };
  if (finding?.behind) return { ...base, outcome: rule.outcome === 'fail' ? 'failed' : 'skipped' };
  if (result.verdict !== 'pass' && !finding)
    return { ...base, outcome: 'skipped', message: `Not judged, since the verdict is ${result.reason}.` };
  if (evidence.plan.waves === 0)
    return {
      ...base,
      outcome: 'skipped',
      message: 'Not judged: stacks were taken and nothing else was done.',
    };
  const measured = rule.id !== 'leak' || measuredBatches(evidence) > 0;
  return { ...base, outcome: measured ? 'passed' : 'skipped' };
}

function routes({ evidence, result }: Report): TestCase[] {
  const { deadlineMs } = evidence.plan;
  return result.probes.map(({ path, count, maxMs, missed }) => {
    const base = { group: 'routes', name: `${path} answers within ${seconds(deadlineMs)}` } as const;
    if (count === 0) return { ...base, outcome: 'skipped', message: 'It was not probed.' };
    const durationMs = maxMs ?? undefined;
    if (missed === 0) return { ...base, durationMs, outcome: 'passed', message: counted(count, 'probe') };
    const message = `${missed} of ${counted(count, 'probe')} had no answer in time, or one that fails since the streams.`;
    // A machine that stood still is no fault of the route's.
    return { ...base, durationMs, message, outcome: result.verdict === 'fail' ? 'failed' : 'skipped' };
  });
}

function waves({ evidence, result }: Report): TestCase[] {
  const streamsOf = Map.groupBy(evidence.streams, ({ wave }) => wave);
  return evidence.waves.map(({ index, abort, openedMs, settledMs }) => {
    const streams = streamsOf.get(index) ?? [];
    const base = {
      group: 'waves',
      name: `wave ${index}: everything answers after ${counted(streams.length, 'stream')} aborted by ${abort}`,
      durationMs: settledMs === null ? undefined : settledMs - openedMs,
    } as const;
    if (settledMs === null) {
      const message = `It did not come to its end: the verdict is ${result.reason}.`;
      return { ...base, message, outcome: result.verdict === 'fail' ? 'failed' : 'skipped' };
    }
    return abort === 'early' || streams.some(wasExercised)
      ? { ...base, outcome: 'passed' }
      : { ...base, outcome: 'skipped', message: 'No stream was open when it was to be aborted.' };
  });
}
