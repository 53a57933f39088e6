import { futureResult, hasCall } from '../../analysis/library-calls.ts';
import { isLoopThread } from '../../analysis/loop-thread.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { Evidence } from '../../evidence/schema.ts';
import type { BlockedLoopCause } from './cause.ts';
import { waitsForLock } from './lock.ts';
import { lineOf, whereOf } from './words.ts';

/** The loop waits for something that only the loop itself could do. */
export const selfDeadlock: BlockedLoopCause = {
  id: 'self-deadlock',
  title: 'The loop waits for itself',
  needs: ['frames', 'source line'],
  matches: (standstill, evidence) =>
    waitsForOwnCoroutine(standstill, evidence) || waitsForOwnLock(standstill, evidence),
  explain: (standstill, evidence) => {
    const where = whereOf(standstill, evidence);
    if (hasCall(standstill.called, futureResult)) {
      return {
        because: `\`Future.result()\`${where} waits for a coroutine that \`run_coroutine_threadsafe\` gave to the same event loop, which can only run it once the wait is over`,
        fix: 'Await the coroutine. `run_coroutine_threadsafe(…).result()` is for other threads; on the loop it can never return.',
      };
    }
    return {
      because: `${lineOf(standstill) ?? 'a lock'}${where} waits for a lock on the event loop, and no other thread is there to release it, so the loop waits for itself`,
      fix: 'Use `asyncio.Lock` with `async with` for what coroutines share, and never hold a `threading.Lock` across an `await`.',
    };
  },
};

/** The future in the line comes from `run_coroutine_threadsafe`, by the lines around, and no other loop could have it. */
function waitsForOwnCoroutine({ block, called, line }: Standstill, { sources }: Evidence): boolean {
  if (!line || !block.culprit || !hasCall(called, futureResult)) return false;
  const others = block.threads.filter((thread) => thread !== block.loopThread);
  if (others.some(isLoopThread)) return false;
  if (line.includes('run_coroutine_threadsafe(')) return true;
  const future = /([\w.]+)\.(?:result|exception)\(/.exec(line)?.[1];
  const { file, line: number } = block.culprit;
  return sources.some(
    ({ file: name, firstLine, lines }) =>
      name === file &&
      lines
        .slice(0, Math.max(0, number - firstLine))
        .some((text) => text.includes('run_coroutine_threadsafe(') && text.trim().startsWith(`${future} = `)),
  );
}

/** Another process might share the lock, so there must be none either. */
function waitsForOwnLock(standstill: Standstill, { processes }: Evidence): boolean {
  const pythons = processes.filter(({ python }) => python !== null);
  return waitsForLock(standstill) && standstill.block.threads.length === 1 && pythons.length === 1;
}
