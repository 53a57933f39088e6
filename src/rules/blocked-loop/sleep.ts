import { bareName } from '../../analysis/frames.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { BlockedLoopCause } from './cause.ts';
import { callOf, lineOf, whereOf } from './words.ts';

export const sleep: BlockedLoopCause = {
  id: 'sleep',
  title: 'Something sleeps on the loop',
  needs: ['frames', 'wait channel', 'source line'],
  matches: (standstill) => sleepsInLine(standstill) || sleepsInLibrary(standstill),
  explain: (standstill, evidence) => ({
    because: `${callOf(standstill, []) ?? lineOf(standstill) ?? '`sleep`'}${whereOf(standstill, evidence)} sleeps on the event loop, and nothing else runs meanwhile`,
    fix: 'Use `await asyncio.sleep(…)`. Where a library sleeps between its tries, use its asynchronous side or `await asyncio.to_thread(…)`.',
  }),
};

/** `time.sleep` of Python 3.10 is a `select` of nothing, and waits where polls do. */
function sleepsInLine({ isInC, wait, line = '' }: Standstill): boolean {
  return isInC && (wait === 'timer' || wait === 'poll') && /\bsleep\(/.test(line);
}

function sleepsInLibrary({ called: [top], wait }: Standstill): boolean {
  return top !== undefined && wait === 'timer' && /sleep/.test(bareName(top));
}
