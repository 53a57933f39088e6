import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttachedBackend } from './backend/attached-backend.ts';
import { Backend } from './backend/backend.ts';
import { BootFailed } from './backend/become-ready.ts';
import { assertPortIsFree } from './backend/port.ts';
import { GateError, messageOf } from './errors.ts';
import { type PhaseListener, Recorder } from './evidence/recorder.ts';
import type { Evidence } from './evidence/schema.ts';
import { MachineSampler } from './machine/machine-sampler.ts';
import { measureBaseline } from './phases/baseline.ts';
import { boot } from './phases/boot.ts';
import { endProbing } from './phases/end-probing.ts';
import { prove } from './phases/proof.ts';
import { openAfterwards } from './phases/reopen.ts';
import { watchShutdown } from './phases/shutdown.ts';
import type { Test } from './phases/test.ts';
import { watchBackend } from './phases/watch-backend.ts';
import { exerciseWaves, onceMore } from './phases/waves.ts';
import type { Plan } from './plan/plan.ts';
import { planRun } from './plan-run.ts';
import { discoverSyncRoute } from './probes/discovery/discover.ts';
import { Prober } from './probes/prober.ts';
import type { Redactor } from './redaction/redactor.ts';
import { type ReportFolder, reportFiles } from './report-folder/report-folder.ts';
import { lookForLeaks } from './resources/look-for-leaks.ts';
import { cleanUpDeadRuns } from './runs/clean-up.ts';
import { OwnRun } from './runs/own-run.ts';
import type { RunRecord } from './runs/run-record.ts';
import type { Settings } from './settings/schema.ts';
import { StackShim } from './stacks/faulthandler/shim.ts';
import type { StackLadder } from './stacks/ladder.ts';
import { prepareStackLadder } from './stacks/prepare.ts';
import { WorkspaceFiles } from './stacks/workspace-files.ts';
import { nextHopFrom } from './upstream/next-hop.ts';
import { UpstreamProxy } from './upstream/proxy.ts';

export interface RunOptions {
  readonly settings: Settings;
  /** Made ready here. */
  readonly files: ReportFolder;
  readonly redactor: Redactor;
  /** Absolute folder to which relative settings and reported files belong. */
  readonly workspace: string;
  readonly listener: PhaseListener;
  /** Aborted by Ctrl-C or the runner's cancellation. */
  readonly interrupt: AbortSignal;
  /** Told what would have to be cleaned up if this process were killed, whenever that changes. */
  readonly onRecord?: ((record: RunRecord) => void) | undefined;
  /** Looks again for what a first attempt has seen, whose files are kept. */
  readonly isSecondAttempt?: boolean;
}

/**
 * Everything that touches the world, in its order. Whatever happens, the backend is gone and the evidence is returned.
 * @throws {GateError} `wrong-settings`, before anything was started.
 */
export async function gather(options: RunOptions): Promise<Evidence> {
  const plan = await planRun(options.settings, options.workspace);
  const recorder = new Recorder(plan, options.workspace, options.listener);
  const { startedAt } = recorder.evidence.gate;
  using run = OwnRun.begin({ startedAt, reportDir: options.files.path, onRecord: options.onRecord });
  // Outlives the backend, whose processes write into its folder.
  await using shim = await createShim(recorder, run);
  try {
    const ladder = await recorder.phase('prepare', async (phase) => {
      for (const told of cleanUpDeadRuns()) phase.announce(told);
      const prepared = await prepareStackLadder({
        plan,
        recorder,
        shim,
        onInstall: (what) => phase.announce(what),
        claimFolder: (prefix) => run.claimFolder(prefix),
        interrupt: options.interrupt,
      });
      // Not before the settings have proved right: until then an earlier report is worth keeping.
      await options.files.prepare(options.isSecondAttempt);
      recorder.keep((evidence) => keep(evidence, run, options.files));
      if (!plan.attach) await assertPortIsFree(plan.origin);
      phase.note(recorder.evidence.stackSources[0]?.detail ?? '');
      return prepared;
    });
    options.interrupt.throwIfAborted();
    const workspaceFiles = await WorkspaceFiles.find(recorder);
    await testBackend({ plan, ladder, workspaceFiles, shim, recorder, run }, options);
  } catch (error) {
    recordFailure(error, recorder.evidence, options.interrupt);
  }
  return recorder.finish();
}

interface Prepared {
  readonly plan: Plan;
  readonly ladder: StackLadder;
  readonly workspaceFiles: WorkspaceFiles;
  readonly shim: StackShim | undefined;
  readonly recorder: Recorder;
  readonly run: OwnRun;
}

async function testBackend(prepared: Prepared, options: RunOptions): Promise<void> {
  const { plan, ladder, workspaceFiles, shim, recorder, run } = prepared;
  const { interrupt, files, redactor } = options;
  await using upstream = await UpstreamProxy.start(plan.upstream, nextHopFrom(process.env), recorder);
  await using prober = new Prober(plan, recorder);
  await using backend = plan.attach
    ? new AttachedBackend(plan, recorder)
    : await Backend.start(plan, {
        ...{ recorder, files, redactor, shim, proxyUrl: upstream.url, runId: run.id },
        onStarted: (family) => run.watch(family),
      });
  using _machine = new MachineSampler(recorder, recorder.evidence.backend.pid);
  const { watch, sampler } = watchBackend({
    ...{ plan, recorder, backend, prober, ladder, workspaceFiles, files },
    sourceFolders: [options.workspace, plan.workingDirectory],
  });
  using _sampling = sampler;
  const over = AbortSignal.any([interrupt, prober.missed, prober.broken, backend.exited, sampler.over]);
  const test: Test = { plan, recorder, backend, prober, watch, sampler, over, interrupt };

  await boot(test);
  await discoverSyncRoute({ plan, recorder, over, listProcesses: () => backend.listProcesses(plan) });
  await measureBaseline(test);
  upstream.beginStreaming();
  await exerciseWaves(test, plan.waves);
  await openAfterwards(test, () => upstream.letGo());
  await lookForLeaks({
    recorder,
    over,
    release: () => upstream.letGo(),
    repeat: () => {
      upstream.beginStreaming();
      return exerciseWaves(test, onceMore(plan.waves));
    },
  });
  await endProbing(test);
  if (!over.aborted) await prove(test);
  sampler.stop();
  if (!over.aborted) await watchShutdown(test);
  watch.close();
  await recorder.phase(plan.attach ? 'leave' : 'stop', () => backend.stop(!over.aborted));
  interrupt.throwIfAborted();
}

/** Without it one way of taking stacks is missing, which is no reason not to test. */
async function createShim({ evidence }: Recorder, run: OwnRun): Promise<StackShim | undefined> {
  try {
    return await StackShim.create(run.claimFolder(join(process.env['RUNNER_TEMP'] || tmpdir(), 'hang-gate')));
  } catch (error) {
    evidence.stackSources.push({ name: 'faulthandler', usable: false, detail: messageOf(error) });
    return undefined;
  }
}

/** What there is by now, for a run that is killed: its evidence, and who would have to be ended. */
function keep(evidence: Evidence, run: OwnRun, files: ReportFolder): void {
  run.update();
  try {
    files.save(reportFiles.evidence, JSON.stringify(evidence, null, 1));
  } catch {
    // A full disk is told of at the end, when the evidence counts.
  }
}

/** A boot that failed and an interruption are facts about the run; anything else kept the gate from its work. */
export function recordFailure(error: unknown, evidence: Evidence, interrupt: AbortSignal): void {
  if (interrupt.aborted) {
    evidence.interrupted = String(interrupt.reason);
    return;
  }
  if (error instanceof BootFailed) return;
  if (error instanceof GateError && error.code === 'wrong-settings') throw error;
  const code = error instanceof GateError ? error.code : 'internal';
  evidence.gateErrors.push({ code, message: messageOf(error) });
}
