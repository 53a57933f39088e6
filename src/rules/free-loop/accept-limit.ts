import { isApplicationFrame } from '../../analysis/frames.ts';
import { framesOnLoop, loopOf } from '../../analysis/loop-thread.ts';
import type { Dump } from '../../evidence/schema.ts';
import { counted } from '../wording.ts';
import type { FreeLoopCause } from './cause.ts';

const outOfFiles = /Too many open files|EMFILE|out of system resource/;
const overLimit = /Exceeded concurrency limit/;

/** The kernel takes the connection and the server does not: the client connects, and nobody ever answers. */
export const acceptLimit: FreeLoopCause = {
  id: 'accept-limit',
  title: 'The server takes no more connections',
  needs: ['frames', 'accept queue', 'log'],
  explain: ({ misses, dumps, isBroken, isLoopFree }, { acceptQueue, backend }) => {
    const says = (words: RegExp) => backend.lastLogLines.some((line) => words.test(line));
    if (isBroken) return says(overLimit) ? { because: overLimitSentence, fix } : undefined;
    const startMs = Math.min(...misses.map(({ sentMs }) => sentMs));
    const seen = acceptQueue.filter(({ atMs }) => atMs >= startMs);
    if (seen.length === 0 || seen.some(({ connections }) => connections === 0)) return undefined;
    const most = Math.max(...seen.map(({ connections }) => connections));
    const waiting = `${counted(most, 'connection')} waited in the kernel and ${most === 1 ? 'was' : 'were'} not accepted`;
    if (says(outOfFiles) && dumps.length > 0 && dumps.every(runsNoApplication)) {
      return { because: `${waiting}, since the backend has too many files open, as its log says`, fix };
    }
    return isLoopFree && seen.length > 1
      ? { because: `${waiting}, though the event loop was free`, fix }
      : undefined;
  },
};

const overLimitSentence = 'its log says that the limit of concurrent requests was exceeded';
const fix =
  'See that whatever a stream holds (its connection, its files, its slot) is given back when its client leaves, in a `finally`; then look at the limits: `--limit-concurrency`, `--backlog`, worker connections, `ulimit -n`.';

/** asyncio tries each connection that waits, and writes a traceback for each, so it is hardly ever seen at rest. */
function runsNoApplication(dump: Dump): boolean {
  const loop = loopOf(dump);
  return !loop || !framesOnLoop(loop.thread).some(isApplicationFrame);
}
