import { GateError, messageOf } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../plan/plan.ts';
import { StackLadder } from './ladder.ts';
import { locatePySpy } from './py-spy-locate.ts';
import { pySpySource, sudoPySpySource } from './sources/py-spy.ts';

/**
 * Finds the ways of taking stacks before the test begins, since a hang leaves no time to look for them.
 * @throws {GateError} when the `py-spy` setting names something unusable.
 */
export async function prepareStackLadder(
  plan: Plan,
  recorder: Recorder,
  onInstall: (what: string) => void,
  interrupt: AbortSignal,
): Promise<StackLadder> {
  const { stackSources } = recorder.evidence;
  if (plan.pySpy === 'off') {
    stackSources.push({ name: 'py-spy', usable: false, detail: 'switched off by the setting "py-spy"' });
    return new StackLadder([], stackSources);
  }
  try {
    const { path, detail } = await locatePySpy({
      setting: plan.pySpy,
      command: plan.command,
      workingDirectory: plan.workingDirectory,
      env: process.env,
      onInstall,
      interrupt,
    });
    stackSources.push({ name: 'py-spy', usable: true, detail });
    return new StackLadder([pySpySource(path), sudoPySpySource(path)], stackSources);
  } catch (error) {
    if (error instanceof GateError) throw error;
    stackSources.push({ name: 'py-spy', usable: false, detail: messageOf(error) });
    return new StackLadder([], stackSources);
  }
}
