import { computesInC, hasCall } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { BlockedLoopCause } from './cause.ts';
import { callOf, lineOf, whereOf } from './words.ts';

/** One call into C that computes: a regular expression that backtracks, a large JSON document, a sort, a hash. */
export const cCpu: BlockedLoopCause = {
  id: 'c-cpu',
  title: 'A call into C computes on the loop',
  needs: ['frames', 'accounting', 'source line'],
  matches: (standstill) =>
    standstill.computes === true && (hasCall(standstill.called, computesInC) || isInLine(standstill)),
  explain: (standstill, evidence) => ({
    because: `${callOf(standstill, computesInC) ?? lineOf(standstill) ?? 'a call into C'}${whereOf(standstill, evidence)} computes on the event loop all the time`,
    fix: 'Move it into another process (`await loop.run_in_executor(ProcessPoolExecutor(), …)`); most such calls keep the interpreter lock, so a thread does not help. Bound the input, and write regular expressions that cannot backtrack without end.',
  }),
};

function isInLine({ isInC, line = '' }: Standstill): boolean {
  return (
    isInC &&
    /\b(re|json|orjson|ujson|pickle|hashlib|zlib|gzip|bz2|lzma|bcrypt|numpy|np|pandas|pd)\.|\bsorted\(|\.sort\(|\.(match|search|fullmatch|findall|sub)\(/.test(
      line,
    )
  );
}
