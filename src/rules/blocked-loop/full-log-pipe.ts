import { hasCall, logging } from '../../analysis/library-calls.ts';
import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

/** What the backend prints goes into a pipe that nobody empties; when it is full, printing waits. */
export const fullLogPipe: BlockedLoopCause = {
  id: 'full-log-pipe',
  title: "The backend's output is not read by anybody",
  needs: ['frames', 'wait channel', 'source line'],
  matches: ({ called, isInC, wait, line = '' }) =>
    wait === 'full-pipe' && (hasCall(called, logging) || (isInC && /\bprint\(|\bstd(out|err)\b/.test(line))),
  explain: (standstill, evidence) => ({
    because: `${hasCall(standstill.called, logging) ? 'a log line' : '`print`'}${whereOf(standstill, evidence)} waits on the event loop for room in a pipe that is full, since whoever is to read the backend's output does not`,
    fix: 'See that whatever starts the backend reads its stdout and stderr to the end, or send them to a file. Log through `logging.handlers.QueueHandler`, so that a slow reader stops a thread and not the loop.',
  }),
};
