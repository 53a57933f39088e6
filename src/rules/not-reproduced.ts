import { slowestAnswerMs } from '../analysis/latency.ts';
import type { Evidence } from '../evidence/schema.ts';
import { decisiveOf, evaluateAll, type RuleResult } from './evaluate.ts';
import type { Rule, Statement } from './rule.ts';
import { seconds } from './wording.ts';

/**
 * A failure that only time shows is one when both attempts show it, each on a fresh boot. This rule speaks where they
 * differ.
 * @param others Every other rule: what each attempt says by itself.
 */
export function notReproduced(others: readonly Rule[]): Rule {
  const decisive = (evidence: Evidence) => decisiveOf(evaluateAll(others, evidence));
  return {
    id: 'not-reproduced',
    title: 'Does a fresh boot show the same?',
    outcome: 'inconclusive',
    reason: 'not-reproduced',
    evaluate: (evidence) => {
      if (!evidence.earlier) return undefined;
      const first = decisive(evidence.earlier);
      const second = decisive(evidence);
      if (!first) return undefined;
      if (second && isReproduced(first, second)) return undefined;
      if (!second && first.rule.outcome === 'fail') {
        return once(
          `${first.finding.message} On a fresh boot every probe was answered, the slowest after ${seconds(slowestAnswerMs(evidence))}.`,
          evidence,
        );
      }
      if (second?.rule.outcome === 'fail' && second.restsOnLatency) {
        return once(`${second.finding.message} ${endOf(first)}`, evidence);
      }
      return { level: 'note', message: `This is the second attempt, on a fresh boot. ${endOf(first)}` };
    },
  };
}

/** True when both attempts ended alike, for the same lack of an answer in time. */
export function isReproduced(first: RuleResult, second: RuleResult): boolean {
  const bothFailed = first.rule.outcome === 'fail' && second.rule.outcome === 'fail';
  return second.restsOnLatency && (bothFailed || first.reason === second.reason);
}

function once(what: string, { backend }: Evidence): Statement {
  return {
    message: `Seen in 1 of 2 attempts, so nobody is blamed: ${what}`,
    pid: backend.pid,
    fix: 'Run the gate again. If it comes back now and then, look at what was seen: the dumps and the log of the first attempt are in `first-attempt/` of the report.',
  };
}

function endOf({ reason, finding }: RuleResult): string {
  return `The first attempt ended as \`${reason}\`: ${finding.message}`;
}
