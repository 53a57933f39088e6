import type { Evidence } from '../evidence/schema.ts';
import { backendStopped } from './backend-stopped.ts';
import { bootBlocked } from './boot-blocked.ts';
import { crashed } from './crashed.ts';
import { decisiveOf, evaluateAll, type RuleResult } from './evaluate.ts';
import { failedProbes } from './failed-probes.ts';
import { gateFailed } from './gate-failed.ts';
import { incomplete } from './incomplete.ts';
import { interrupted } from './interrupted.ts';
import { leak } from './leak.ts';
import { leftBehind } from './left-behind.ts';
import { loopBlocked } from './loop-blocked.ts';
import { loopUnproven } from './loop-unproven.ts';
import { notExercised } from './not-exercised.ts';
import { notReady } from './not-ready.ts';
import { isReproduced, notReproduced } from './not-reproduced.ts';
import { reportIncomplete } from './report-incomplete.ts';
import type { Rule } from './rule.ts';
import { runnerStarved } from './runner-starved.ts';
import { serviceUnresponsive } from './service-unresponsive.ts';
import { shutdownBlocked } from './shutdown-blocked.ts';
import { streamRefused } from './stream-refused.ts';
import { workerReplaced } from './worker-replaced.ts';

/** The rules over one attempt, the weightiest first. */
const ofAnAttempt: readonly Rule[] = [
  interrupted,
  bootBlocked,
  loopBlocked,
  crashed,
  backendStopped,
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
  shutdownBlocked,
  failedProbes,
  leftBehind,
  reportIncomplete,
];

/** Every rule: the first that speaks at level `error` decides the verdict. */
export const rules: readonly Rule[] = [notReproduced(ofAnAttempt), ...ofAnAttempt];

/** A run goes on after these, so that what comes after them was looked at as well. */
export const goesOn: readonly Rule[] = [streamRefused, leak];

/**
 * What the rules have to say. Each presupposes that the weightier ones above it found no error, so the first error decides
 * and those behind it are left out, or told as warnings where the run went on. Warnings and notes always count.
 */
export function evaluateRules(evidence: Evidence): RuleResult[] {
  const results = evaluateAll(rules, evidence);
  const decisive = decisiveOf(results);
  const wentOn = decisive !== undefined && goesOn.includes(decisive.rule);
  return results.flatMap((result) => {
    if (result === decisive) return [withAttempts(result, evidence)];
    if (result.finding.level !== 'error') return [result];
    return wentOn ? [{ ...result, finding: { ...result.finding, level: 'warning', behind: true } }] : [];
  });
}

/** Says of what both attempts have shown that they did. */
function withAttempts(second: RuleResult, { earlier }: Evidence): RuleResult {
  const first = earlier && decisiveOf(evaluateAll(ofAnAttempt, earlier));
  if (!first || !isReproduced(first, second)) return second;
  const message = `${second.finding.message.replace(/\.$/, '')} (reproduced 2 of 2, each on a fresh boot).`;
  return { ...second, finding: { ...second.finding, message } };
}
