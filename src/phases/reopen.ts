import { wasExercised } from '../analysis/exercised.ts';
import { openOneMore } from '../streams/open-one-more.ts';
import type { Test } from './test.ts';

/**
 * One more stream, to see that the backend still accepts it.
 * @param release Lets go of what hangs upstream.
 */
export async function openAfterwards({ plan, recorder, over }: Test, release: () => void): Promise<void> {
  if (over.aborted || !recorder.evidence.streams.some(wasExercised)) return;
  await recorder.phase('reopen', async (phase) => {
    if (await openOneMore(plan, recorder, over)) return phase.note('a new stream is still accepted');
    // One that waits for the upstream itself is not the backend's fault.
    release();
    if (await openOneMore(plan, recorder, over))
      phase.note('a new stream is accepted, as soon as the upstream answers');
    else phase.failed('no new stream is accepted');
  });
}
