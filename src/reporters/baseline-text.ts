import { joined, seconds } from '../rules/wording.ts';
import type { Comparison } from '../verdict/result.ts';

type Change = Comparison['findings'][number]['change'];

/** What has become of a finding, as the lead to its name. */
export const changeWords: Readonly<Record<Change, string>> = {
  new: 'New',
  known: 'In the baseline too',
  grown: 'In the baseline too, but less of it',
  gone: 'Gone since the baseline',
  unseen: 'In the baseline, and not seen before this run ended',
};

/** This run beside the baseline: a heading, and a few sentences with `code` marks. */
export function baselineText({ path, verdict, reason, newOnly, ...seen }: Comparison): {
  heading: string;
  sentences: string[];
} {
  return {
    heading: `Beside the baseline \`${path}\` (${verdict}, ${reason}${newOnly ? '; only new findings fail' : ''})`,
    sentences: [
      // Those of this run are told in full elsewhere.
      ...seen.findings.map(
        ({ change, fingerprint, ruleId }) => `${changeWords[change]}: \`${fingerprint ?? ruleId}\`.`,
      ),
      ...latencies(seen.probes),
      ...stall(seen.longestStallMs),
      ...leaks(seen.leaks),
      ...(seen.notExercised.length > 0 ? [`Not tested by this run: ${joined(seen.notExercised)}.`] : []),
    ],
  };
}

function latencies(probes: Comparison['probes']): string[] {
  return probes.map(({ path, before, now }) => {
    const figure = (name: 'p50Ms' | 'maxMs') => `${time(now?.[name])} (before ${time(before?.[name])})`;
    return `\`${path}\`: median ${figure('p50Ms')}, slowest ${figure('maxMs')}.`;
  });
}

function stall({ before, now }: Comparison['longestStallMs']): string[] {
  return before === null && now === null
    ? []
    : [
        `Longest silence: ${now === null ? 'none' : time(now)} (before ${before === null ? 'none' : time(before)}).`,
      ];
}

function leaks(all: Comparison['leaks']): string[] {
  const slope = (perStream: number | null) =>
    perStream === null ? 'none' : `${perStream.toFixed(1)} a stream`;
  return all.map(({ noun, before, now }) => `Growth of ${noun}: ${slope(now)} (before ${slope(before)}).`);
}

function time(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? 'not measured' : seconds(ms);
}
