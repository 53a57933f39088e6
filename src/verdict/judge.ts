import { findGrowth } from '../analysis/growth.ts';
import { summarizeLatency } from '../analysis/latency.ts';
import { findMisses } from '../analysis/misses.ts';
import { processProofs } from '../analysis/proof.ts';
import type { Evidence } from '../evidence/schema.ts';
import { sharedSettings } from '../evidence/shared-settings.ts';
import { decisiveOf, type RuleResult } from '../rules/evaluate.ts';
import { evaluateRules } from '../rules/index.ts';
import type { Reason } from '../rules/rule.ts';
import { counted, joined, routes, seconds } from '../rules/wording.ts';
import { againstBaseline } from './against-baseline.ts';
import { explainDumps, type Judgement } from './explain-dumps.ts';
import { type Attempt, type Result, resultSchemaVersion } from './result.ts';

/** The verdict over a run: a pure function, so the same evidence always gives the same result. */
export function judge(evidence: Evidence): Result {
  const { outcome, findings } = judgementOf(evidence);
  const result: Result = {
    schemaVersion: resultSchemaVersion,
    ...outcome,
    findings,
    attempts: attemptsOf(evidence),
    probes: probeSummaries(evidence),
    streams: streamSummary(evidence),
    stalls: stallsOf(evidence, findings.find(({ level }) => level === 'error')?.pid ?? evidence.backend.pid),
    processes: evidence.processes.map(({ pid, role, python }) => ({ pid, role, python })),
    dumps: [...(evidence.earlier?.dumps ?? []), ...evidence.dumps].flatMap(({ files }) => files),
    durationMs: (evidence.earlier?.durationMs ?? 0) + (evidence.durationMs ?? 0),
    phases: evidence.phases.map(({ name, startMs, durationMs }) => ({
      name,
      startMs,
      durationMs: durationMs ?? 0,
    })),
    leaks: findGrowth(evidence).map(({ measure, perStream }) => ({ noun: measure.noun, perStream })),
    settings: sharedSettings(evidence),
  };
  return againstBaseline(result, evidence);
}

function judgementOf(evidence: Evidence): Judgement {
  // A run has at least one wave; without any, somebody only looked.
  const looked =
    evidence.plan.waves === 0 && evidence.gateErrors.length === 0 && evidence.interrupted === null;
  return looked ? explainDumps(evidence) : applyRules(evidence);
}

/** The reason for which an attempt has to be repeated before it counts; `undefined` when its verdict stands by itself. */
export function restingOnLatency(evidence: Evidence): Reason | undefined {
  const decisive = decisiveOf(evaluateRules(evidence));
  return decisive?.restsOnLatency ? decisive.reason : undefined;
}

function attemptsOf({ earlier, ...last }: Evidence): Attempt[] {
  return [...(earlier ? [earlier] : []), last].map((evidence) => {
    const { verdict, reason, message } = judgementOf(evidence).outcome;
    const waits = probeSummaries(evidence).flatMap(({ maxMs }) => (maxMs === null ? [] : [maxMs]));
    return {
      verdict,
      reason,
      message,
      longestWaitMs: waits.length > 0 ? Math.max(...waits) : null,
      durationMs: evidence.durationMs ?? 0,
    };
  });
}

function applyRules(evidence: Evidence): Judgement {
  const results = evaluateRules(evidence);
  const decisive = decisiveOf(results);
  return { outcome: outcomeOf(decisive, evidence), findings: results.map(({ finding }) => finding) };
}

function outcomeOf(
  decisive: RuleResult | undefined,
  evidence: Evidence,
): Pick<Result, 'verdict' | 'reason' | 'message' | 'culprit'> {
  if (!decisive)
    return { verdict: 'pass', reason: 'healthy', message: healthySentence(evidence), culprit: null };
  const { rule, reason, finding } = decisive;
  return { verdict: rule.outcome, reason, message: finding.message, culprit: finding.location };
}

function healthySentence(evidence: Evidence): string {
  const { plan } = evidence;
  const slowestMs = Math.max(...probeSummaries(evidence).map(({ maxMs }) => maxMs ?? 0));
  const aborted = evidence.streams.filter(({ end }) => end === 'aborted').length;
  const loops = [...processProofs(evidence)]
    .filter(([, proof]) => proof === 'free')
    .map(([pid]) => `pid ${pid}`);
  return [
    `${routes(evidence.probeRoutes.map(({ path }) => path))} answered every probe within ${seconds(plan.deadlineMs)} (slowest ${seconds(slowestMs)})`,
    `while ${counted(aborted, 'stream')} ${aborted === 1 ? 'was' : 'were'} aborted in ${counted(evidence.waves.length, 'wave')};`,
    `the event ${loops.length === 1 ? 'loop' : 'loops'} of ${joined(loops)} ${loops.length === 1 ? 'is' : 'are'} free.`,
  ].join(' ');
}

function probeSummaries(evidence: Evidence): Result['probes'] {
  const misses = findMisses(evidence);
  return evidence.probeRoutes.map(({ path }) => ({
    path,
    ...summarizeLatency(
      evidence.probes.filter((probe) => probe.path === path),
      evidence,
    ),
    missed: misses.filter((miss) => miss.path === path).length,
  }));
}

function streamSummary({ streams }: Evidence): Result['streams'] {
  return {
    opened: streams.filter(({ firstByteMs }) => firstByteMs !== null).length,
    aborted: streams.filter(({ end }) => end === 'aborted').length,
    endedEarly: streams.filter(({ end }) => end === 'ended').length,
    refused: streams.filter(({ status, end }) => end === 'failed' || (status !== null && status >= 300))
      .length,
    events: streams.reduce((sum, { events }) => sum + events, 0),
  };
}

/** Silences of several routes at the same time are one stall. */
function stallsOf({ silences, probingEndedMs }: Evidence, pid: number | null): Result['stalls'] {
  const stalls: { startMs: number; endMs: number; firstDumpMs: number | null }[] = [];
  for (const silence of silences.toSorted((a, b) => a.startMs - b.startMs)) {
    const { startMs, firstDumpMs } = silence;
    const endMs = silence.endMs ?? probingEndedMs ?? startMs;
    const last = stalls.at(-1);
    if (last && startMs <= last.endMs) {
      last.endMs = Math.max(last.endMs, endMs);
      last.firstDumpMs ??= firstDumpMs;
    } else {
      stalls.push({ startMs, endMs, firstDumpMs });
    }
  }
  return stalls.map(({ startMs, endMs, firstDumpMs }) => ({
    pid,
    startMs,
    durationMs: endMs - startMs,
    firstDumpMs,
  }));
}
