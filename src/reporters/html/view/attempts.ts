import type { Result } from '../../../verdict/result.ts';
import type { Table } from '../model.ts';
import { figure } from './figures.ts';

/** Without rows where one attempt was enough. */
export function attemptsTable({ attempts }: Result): Table {
  return {
    caption: 'Attempts, each on a boot of its own',
    head: ['attempt', 'verdict', 'reason', 'longest wait', 'took', 'what it said'],
    rows:
      attempts.length < 2
        ? []
        : attempts.map(({ verdict, reason, message, longestWaitMs, durationMs }, index) => [
            String(index + 1),
            verdict,
            reason,
            figure(longestWaitMs),
            figure(durationMs),
            // A cell knows no marks.
            message.replaceAll('`', ''),
          ]),
    note: 'All other figures are of the last one.',
  };
}
