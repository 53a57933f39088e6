import { wasExercised } from '../../../analysis/exercised.ts';
import { largest } from '../../../analysis/largest.ts';
import { processProofs } from '../../../analysis/proof.ts';
import { counted, joined, seconds } from '../../../rules/wording.ts';
import type { Report } from '../../reporter.ts';
import type { Fact } from '../model.ts';

/** The few figures that stand beside the verdict. */
export function facts({ evidence, result }: Report): Fact[] {
  const { plan, streams, waves, dumps, upstream } = evidence;
  const slowestMs = largest([0, ...result.probes.map(({ maxMs }) => maxMs ?? 0)]);
  const isSilent = result.probes.some(({ missed }) => missed > 0);
  const exercised = streams.filter(wasExercised).length;
  const aborts = joined([...new Set(waves.map(({ abort }) => abort))]);
  const free = [...processProofs(evidence).values()].filter((proof) => proof === 'free').length;
  return [
    ...(evidence.probes.length === 0
      ? []
      : [
          {
            label: isSilent ? 'Longest wait for an answer' : 'Slowest answer',
            value: `${seconds(slowestMs)} of ${seconds(plan.deadlineMs)} allowed`,
          },
        ]),
    ...(streams.length === 0
      ? []
      : [{ label: 'Streams open when aborted', value: `${exercised} of ${streams.length} (${aborts})` }]),
    ...(upstream.requests === 0
      ? []
      : [{ label: 'Upstream requests that hung', value: `${upstream.stalled} of ${upstream.requests}` }]),
    ...(dumps.length === 0 ? [] : [{ label: 'Stacks', value: counted(dumps.length, 'dump') }]),
    ...(free > 0 ? [{ label: 'Loops seen free at the end', value: String(free) }] : []),
  ];
}
