import { findBlocks } from '../analysis/block.ts';
import { isFrame } from '../analysis/frames.ts';
import { loopOf } from '../analysis/loop-thread.ts';
import { standingThreads } from '../analysis/waited-on.ts';
import type { Dump, Evidence } from '../evidence/schema.ts';
import { explainBlock } from './blocked-loop/index.ts';
import { whyNoStack } from './no-stack.ts';
import type { Rule, Statement } from './rule.ts';
import { placesOf } from './standings.ts';
import { counted, location, place, seconds } from './wording.ts';

/** A backend that does not end is killed by whoever deploys it, in the middle of what it still does. */
export const shutdownBlocked: Rule = {
  id: 'shutdown-blocked',
  title: 'Does the backend end when it is asked to?',
  outcome: 'fail',
  reason: 'shutdown-blocked',
  evaluate: (evidence) => {
    const { shutdown, plan } = evidence;
    if (!shutdown || shutdown.endedMs !== null) return undefined;
    const { message, ...rest } = whyNot(evidence);
    return {
      message: `The backend did not end within ${seconds(plan.shutdownTimeoutMs ?? 0)} of SIGTERM: ${message}.`,
      pid: evidence.backend.pid,
      ...rest,
    };
  },
};

function whyNot(evidence: Evidence): Statement {
  const dumps = evidence.dumps.filter(({ trigger }) => trigger === 'shutdown');
  const block = findBlocks(dumps)[0];
  if (block) {
    const { because, fix, waitedOn } = explainBlock(block, evidence);
    const at = block.culprit ? location(block.culprit, evidence) : null;
    return { message: because, location: at, waitedOn: placesOf(waitedOn, evidence), pid: block.pid, fix };
  }
  return threadsAtTheEnd(dumps, evidence) ?? { message: withoutPlace(dumps, evidence) };
}

/** Python ends when the last of its threads has, but for daemons; a pool's threads are joined even then. */
function threadsAtTheEnd(dumps: readonly Dump[], evidence: Evidence): Statement | undefined {
  const dump = dumps.findLast(({ threads }) => threads.some(waitsForThreads));
  const group = dump && standingThreads(dump.threads)[0];
  if (!dump || !group?.at) return undefined;
  const count = group.threads.length;
  return {
    message: `its loop has ended, and Python waits for ${counted(count, 'thread')} in \`${group.at.function}\` at ${place(group.at, evidence)}`,
    location: location(group.at, evidence),
    pid: dump.pid,
    fix: 'Tell the thread to end when the application does, give its calls a timeout, or start it with `daemon=True`.',
  };
}

function waitsForThreads({ frames }: Dump['threads'][number]): boolean {
  return frames.some(
    (frame) =>
      isFrame(frame, '_shutdown', 'threading.py') ||
      isFrame(frame, '_python_exit', 'concurrent/futures/thread.py'),
  );
}

function withoutPlace(dumps: readonly Dump[], evidence: Evidence): string {
  const states = dumps.map((dump) => loopOf(dump)?.state).filter((state) => state !== undefined);
  if (states.length === 0) return `no stack shows what it waits for${whyNoStack(dumps, evidence)}`;
  return states.includes('free')
    ? 'its event loop is free, so it waits for a connection or a task to end, or does not heed the signal'
    : 'its event loop is busy, but not at one place';
}
