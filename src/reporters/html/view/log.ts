import type { Evidence } from '../../../evidence/schema.ts';
import { counted } from '../../../rules/wording.ts';
import type { Log } from '../model.ts';

/** What the backend printed, with the time where it is known. */
export function logOf({ backend: { logLines, lastLogLines } }: Evidence): Log {
  if (!logLines) {
    return {
      lines: lastLogLines.map((text) => ({ atMs: null, text })),
      note: 'When each line was printed was not recorded.',
    };
  }
  return {
    lines: logLines.map(({ atMs, text }) => ({ atMs: Math.round(atMs), text })),
    note:
      logLines.length === 0
        ? 'The backend printed nothing.'
        : `The last ${counted(logLines.length, 'line')}, each with the time at which it arrived. The whole is in backend.log.`,
  };
}
