import type { Evidence } from '../../evidence/schema.ts';
import { accounting } from '../../rules/accounting.ts';
import { sentence, table } from '../markdown.ts';
import type { Part } from './parts.ts';

/** The kernel's numbers behind the verdict, so that a reader can check it. Nothing when no loop was followed. */
export function loopAccounting({ loops }: Evidence): Part[] {
  const followed = loops.filter(({ samplesAtSelector }) => samplesAtSelector > 0);
  if (followed.length === 0) return [];
  const rows = followed.map(({ pid, samples, samplesAtSelector, stints }) => {
    const longest = stints.toSorted((a, b) => b.durationMs - a.durationMs)[0];
    const away = longest ? sentence(`its thread ${accounting(longest)}`) : 'never for longer than a moment';
    return [`pid ${pid}`, `${samplesAtSelector} of ${samples}`, away];
  });
  const head = ['process', 'samples at its selector', 'longest time away from it'];
  return [{ what: 'the table of event loops', text: `### Event loops\n\n${table(head, rows)}` }];
}
