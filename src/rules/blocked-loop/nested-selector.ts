import { hasCall, selector } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { BlockedLoopCause } from './cause.ts';
import { callOf, lineOf, whereOf } from './words.ts';

/** It looks like an idle loop from above: a selector, but not the loop's own. */
export const nestedSelector: BlockedLoopCause = {
  id: 'nested-selector',
  title: 'A second selector waits on the loop',
  needs: ['frames', 'wait channel', 'source line'],
  matches: (standstill) => hasCall(standstill.called.slice(0, 1), selector) || isSelectInC(standstill),
  explain: (standstill, evidence) => ({
    because: `${callOf(standstill, selector) ?? lineOf(standstill) ?? 'a selector'}${whereOf(standstill, evidence)} waits for events in a selector of its own, which holds the event loop and its selector`,
    fix: 'Let the loop watch the descriptor (`loop.add_reader(…)`), use an asynchronous client, or run this one in a thread of its own.',
  }),
};

function isSelectInC({ isInC, wait, line = '' }: Standstill): boolean {
  return isInC && wait === 'poll' && /\.?\b(select|poll)\(/.test(line);
}
