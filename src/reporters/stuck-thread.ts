import { hasFrames } from '../analysis/has-frames.ts';
import { loopOf } from '../analysis/loop-thread.ts';
import type { Dump, Evidence, Thread } from '../evidence/schema.ts';
import type { Finding } from '../rules/rule.ts';

/** The last dump of the process that a finding is about, and in it the thread that stands at the finding's place. */
export function stuckThread(
  { pid, location }: Pick<Finding, 'pid' | 'location'>,
  { dumps }: Pick<Evidence, 'dumps'>,
): { dump: Dump; thread: Thread } | undefined {
  const dump = dumps.findLast(
    (each) => each.pid === pid && (each.trigger === 'silence' || each.trigger === 'boot') && hasFrames(each),
  );
  if (!dump) return undefined;
  const loop = loopOf(dump)?.thread;
  const candidates = loop ? [loop, ...dump.threads] : dump.threads;
  const standsThere = ({ frames }: Thread) =>
    frames.some(
      (frame) =>
        frame.function === location?.function &&
        frame.line === location.line &&
        frame.file.endsWith(location.file),
    );
  const thread = candidates.find(standsThere) ?? loop;
  return thread && { dump, thread };
}
