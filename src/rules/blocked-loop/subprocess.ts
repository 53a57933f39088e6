import { hasCall, subprocessCall } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { BlockedLoopCause } from './cause.ts';
import { callOf, lineOf, whereOf } from './words.ts';

export const subprocess: BlockedLoopCause = {
  id: 'subprocess',
  title: 'Another program is waited for on the loop',
  needs: ['frames', 'wait channel', 'source line'],
  matches: (standstill) => hasCall(standstill.called, subprocessCall) || isInShell(standstill),
  explain: (standstill, evidence) => ({
    because: `${callOf(standstill, subprocessCall) ?? lineOf(standstill) ?? 'a call'}${whereOf(standstill, evidence)} holds the event loop until another program ends`,
    fix: 'Start it with `await asyncio.create_subprocess_exec(…)` and await `process.communicate()` inside `asyncio.timeout(…)`.',
  }),
};

/** `os.system` and `os.waitpid` are C. */
function isInShell({ isInC, wait, line = '' }: Standstill): boolean {
  return (
    isInC &&
    ((wait === 'child' && /\b(system|wait\w*)\(/.test(line)) ||
      (wait === 'pipe-read' && /\bpopen\(/.test(line)))
  );
}
