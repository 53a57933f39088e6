import type { PageModel } from '../../model.ts';
import { counted, duration, moment } from '../words.ts';

/** What was going on at one moment, in a line. */
export function readout({ timeline }: PageModel, atMs: number | null): string {
  if (atMs === null)
    return 'Point at the timeline to read a moment of it, drag to enlarge a part, click a dump (◆) for its stacks.';
  const { phases, silences, workers, streams } = timeline;
  const within = <T extends { readonly startMs: number; readonly endMs: number }>(spans: readonly T[]) =>
    spans.findLast(({ startMs, endMs }) => atMs >= startMs && atMs <= endMs);
  const open = streams.open.findLast(([fromMs]) => fromMs <= atMs)?.[1] ?? 0;
  const silence = within(silences);
  return [
    moment(atMs),
    within(phases)?.name,
    streams.total === 0 ? undefined : `${counted(open, 'stream')} open`,
    silence && `silent since ${duration(atMs - silence.startMs)}`,
    ...workers.slice(0, 4).map(({ label, spans }) => {
      const state = within(spans)?.state;
      return state && state !== 'unseen' ? `${label} ${state}` : undefined;
    }),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
