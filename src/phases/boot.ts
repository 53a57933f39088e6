import { BootFailed } from '../backend/become-ready.ts';
import { joined } from '../rules/wording.ts';
import type { StackWatch } from '../stacks/stack-watch.ts';
import { unlessAborted } from '../timing/waiting.ts';
import type { Test } from './test.ts';

/** Waits until the backend answers, and takes its stacks once while nobody else has asked it for anything. */
export async function boot({ plan, recorder, backend, watch, interrupt }: Test): Promise<void> {
  await recorder.phase(plan.attach ? 'attach' : 'boot', async (phase) => {
    try {
      await backend.waitUntilReady(plan, interrupt);
    } catch (error) {
      if (error instanceof BootFailed && error.why === 'timed out') await watch.dumpSeries('boot');
      throw error;
    }
    phase.note(`${plan.origin} answers${plan.attach ? attachedTo(watch) : ''}`);
    // The undisturbed backend: nobody but the gate's first question has asked it for anything.
    await unlessAborted(watch.dumpBaseline(), interrupt);
  });
}

/** Which processes were found behind the port; without any, no stack can be taken. */
function attachedTo(watch: StackWatch): string {
  const pids = watch.refreshProcesses().map(({ pid }) => `pid ${pid}`);
  return pids.length > 0 ? `, ${joined(pids)}` : ', but its processes cannot be seen';
}
