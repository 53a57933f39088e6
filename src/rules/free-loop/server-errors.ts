import type { FreeLoopCause } from './cause.ts';

export const serverErrors: FreeLoopCause = {
  id: 'server-errors',
  title: 'Requests fail since the streams',
  needs: ['probes', 'log'],
  explain: ({ isBroken }, { backend }) => {
    if (!isBroken) return undefined;
    const error = backend.lastLogLines.findLast((line) => /^\s*[\w.]*(Error|Exception|Timeout)\b/.test(line));
    return {
      because: error
        ? `the last error in its log is ${error.trim().slice(0, 200)}`
        : 'the last lines of its log show no error',
      fix: 'See backend.log for the traceback of the failing request.',
    };
  },
};
