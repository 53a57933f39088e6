import { messageOf } from '../errors.ts';
import type { Evidence } from '../evidence/schema.ts';
import { dumpsBy } from '../rules/wording.ts';
import { pause } from '../timing/waiting.ts';
import type { Test } from './test.ts';

/** Dumps once more, until every loop was seen free. */
export async function prove({ plan, recorder, watch, over }: Test): Promise<void> {
  await recorder.phase('proof', async (phase) => {
    if (await watch.proveFree(over)) return phase.note(proofNote(recorder.evidence));
    // Some servers tell the application late that a client has left. A loop that is stuck only now gets its deadline too.
    await pause(plan.deadlineMs, over);
    if (over.aborted) phase.failed(messageOf(over.reason));
    else if (await watch.proveFree(over)) phase.note(proofNote(recorder.evidence));
  });
}

function proofNote({ dumps }: Evidence): string {
  return dumpsBy(dumps.filter(({ trigger }) => trigger === 'proof'));
}
