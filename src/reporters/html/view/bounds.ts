import type { Evidence } from '../../../evidence/schema.ts';
import { counted } from '../../../rules/wording.ts';
import type { DumpList, Timeline } from '../model.ts';

/** What the page sums up or leaves out, so that nobody takes it for all that was seen. */
export function bounds(
  evidence: Evidence,
  { streams, probes, delays }: Timeline,
  { dumps }: DumpList,
): string[] {
  const binned = probes.reduce((sum, { bins }) => sum + bins.reduce((all, bin) => all + bin[2], 0), 0);
  const leftOut = evidence.dumps.length - dumps.length;
  const threads = dumps.reduce((sum, { omitted }) => sum + omitted, 0);
  return [
    ...(streams.total > 0 && streams.each.length === 0
      ? [
          `${counted(streams.total, 'stream')}, up to ${streams.mostOpen} at once, are drawn as their number over time.`,
        ]
      : []),
    ...(binned > 0
      ? [
          `${counted(binned, 'probe')} far from what went wrong are drawn together, as fastest, median and slowest of a time.`,
        ]
      : []),
    ...(leftOut > 0 ? [`${counted(leftOut, 'dump')} more, see the folder dumps of the report.`] : []),
    ...(threads > 0 ? [`${counted(threads, 'thread')} of crowded dumps are not listed.`] : []),
    ...(delays.length < evidence.gate.delays.length
      ? [`Only ${delays.length} of ${evidence.gate.delays.length} delays of the gate are drawn.`]
      : []),
  ];
}
