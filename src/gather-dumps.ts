import { AttachedBackend } from './backend/attached-backend.ts';
import { connectionsWaitingFor } from './backend/port.ts';
import { GateError } from './errors.ts';
import { Recorder } from './evidence/recorder.ts';
import type { Evidence } from './evidence/schema.ts';
import { type RunOptions, recordFailure } from './gather.ts';
import { planRun } from './plan-run.ts';
import { OwnRun } from './runs/own-run.ts';
import { prepareStackLadder } from './stacks/prepare.ts';
import { StackWatch } from './stacks/stack-watch.ts';
import { WorkspaceFiles } from './stacks/workspace-files.ts';
import { unlessAborted } from './timing/waiting.ts';

/**
 * The stacks of a hang that is happening, and nothing else: not one request is sent.
 * @throws {GateError} `wrong-settings`, before anything was done.
 */
export async function gatherDumps(options: RunOptions): Promise<Evidence> {
  const { settings, workspace, files, interrupt } = options;
  const plan = { ...(await planRun(settings, workspace)), waves: [] };
  const recorder = new Recorder(plan, workspace, options.listener);
  using run = OwnRun.begin({ startedAt: recorder.evidence.gate.startedAt, reportDir: files.path });
  try {
    const ladder = await recorder.phase('prepare', (phase) => {
      const onInstall = (what: string) => phase.announce(what);
      const claimFolder = (prefix: string) => run.claimFolder(prefix);
      return prepareStackLadder({ plan, recorder, shim: undefined, onInstall, claimFolder, interrupt });
    });
    await files.prepare();
    await using backend = new AttachedBackend(plan, recorder);
    const watch = new StackWatch({
      recorder,
      ladder,
      workspaceFiles: await WorkspaceFiles.find(recorder),
      listProcesses: () => backend.listProcesses(plan),
      countWaiting: () => connectionsWaitingFor(plan),
      files,
      sourceFolders: [workspace, plan.workingDirectory],
    });
    await recorder.phase('dump', async (phase) => {
      const pids = watch.refreshProcesses().map(({ pid }) => `pid ${pid}`);
      if (pids.length === 0)
        throw new GateError('environment', `Nobody that can be seen listens at ${plan.origin}.`);
      // A dump that is still under way writes no file any more.
      await unlessAborted(watch.dumpSeries('silence'), interrupt).finally(() => watch.close());
      phase.note(pids.join(', '));
    });
  } catch (error) {
    recordFailure(error, recorder.evidence, interrupt);
  }
  return recorder.finish();
}
