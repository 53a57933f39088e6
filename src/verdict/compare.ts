import type { Baseline, EarlierResult } from '../evidence/baseline-schema.ts';
import { knownFindings } from '../rules/fingerprint.ts';
import type { Comparison, ProbeFigures, Result } from './result.ts';

/** A leak is measured over few streams; by less than this it is as it was. */
const notablyMore = 1.5;

/** This run beside an earlier one: a pure function of both. */
export function compare(
  result: Result,
  { path, newOnly, result: earlier }: Baseline,
  notExercised: readonly string[],
): Comparison {
  const leaks = compareLeaks(result, earlier);
  return {
    path,
    verdict: earlier.verdict,
    reason: earlier.reason,
    newOnly,
    findings: compareFindings(result, earlier, leaks),
    probes: compareProbes(result, earlier),
    longestStallMs: { before: longestStallMs(earlier), now: longestStallMs(result) },
    leaks,
    notExercised,
  };
}

function compareFindings(
  { verdict, findings }: Result,
  earlier: EarlierResult,
  leaks: Comparison['leaks'],
): Comparison['findings'] {
  const before = knownFindings(earlier);
  const now = findings.filter(({ level, known }) => level === 'error' || known);
  const isSame = (fingerprint: string | null) => (other: { fingerprint: string | null }) =>
    fingerprint !== null && other.fingerprint === fingerprint;
  const leaksMore = leaks.some((leak) => leak.before !== null && (leak.now ?? 0) > leak.before * notablyMore);
  const changeOf = ({ ruleId, fingerprint }: (typeof now)[number]) => {
    if (!before.some(isSame(fingerprint))) return 'new';
    return ruleId === 'leak' && leaksMore ? 'grown' : 'known';
  };
  // What stands behind an error was seen as well, though it decides nothing.
  const seen = findings.filter((finding) => now.includes(finding) || finding.behind);
  const missing = before.filter(({ fingerprint }) => !seen.some(isSame(fingerprint)));
  return [
    ...now.map((finding) => ({ change: changeOf(finding), ...told(finding) }) as const),
    ...missing.map(
      (finding) => ({ change: verdict === 'pass' ? 'gone' : 'unseen', ...told(finding) }) as const,
    ),
  ];
}

function told({ ruleId, fingerprint, message }: EarlierResult['findings'][number]) {
  return { ruleId, fingerprint, message };
}

function compareProbes(result: Result, earlier: EarlierResult): Comparison['probes'] {
  const figures = (
    path: string,
    { probes }: { readonly probes: readonly (ProbeFigures & { path: string })[] },
  ) => {
    const probe = probes.find((other) => other.path === path);
    return probe ? { p50Ms: probe.p50Ms, maxMs: probe.maxMs, missed: probe.missed } : null;
  };
  const paths = [...new Set([...result.probes, ...earlier.probes].map(({ path }) => path))];
  return paths.map((path) => ({ path, before: figures(path, earlier), now: figures(path, result) }));
}

function longestStallMs({ stalls }: { readonly stalls: readonly { durationMs: number }[] }): number | null {
  return stalls.length > 0 ? Math.max(...stalls.map(({ durationMs }) => durationMs)) : null;
}

function compareLeaks(result: Result, earlier: EarlierResult): Comparison['leaks'] {
  const slope = (noun: string, { leaks }: Pick<EarlierResult, 'leaks'> | Pick<Result, 'leaks'>) =>
    leaks.find((leak) => leak.noun === noun)?.perStream ?? null;
  const nouns = [...new Set([...result.leaks, ...earlier.leaks].map(({ noun }) => noun))];
  return nouns.map((noun) => ({ noun, before: slope(noun, earlier), now: slope(noun, result) }));
}
