import { hasCall, nameLookup } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

export const dns: BlockedLoopCause = {
  id: 'dns',
  title: 'A host name is looked up on the loop',
  needs: ['frames', 'wait channel', 'source line'],
  matches: (standstill) => hasCall(standstill.called.slice(0, 1), nameLookup) || isLookupInC(standstill),
  explain: (standstill, evidence) => ({
    because: `a host name is looked up${whereOf(standstill, evidence)} on the event loop, and the name server does not answer`,
    fix: 'Look it up with `await loop.getaddrinfo(…)`, or let an asynchronous client do so; the timeout of a synchronous client does not count for the lookup.',
  }),
};

function isLookupInC({ isInC, wait, line = '' }: Standstill): boolean {
  return (
    isInC && (wait === 'poll' || wait === 'socket') && /\b(getaddrinfo|gethostby\w+|getnameinfo)\(/.test(line)
  );
}
