import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wasExercised } from './analysis/exercised.ts';
import { mayServe } from './analysis/serving.ts';
import { findStandingLoops } from './analysis/standing.ts';
import { AttachedBackend } from './backend/attached-backend.ts';
import { Backend } from './backend/backend.ts';
import { BootFailed } from './backend/become-ready.ts';
import { assertPortIsFree, portOf } from './backend/port.ts';
import { GateError, messageOf } from './errors.ts';
import { type PhaseListener, Recorder } from './evidence/recorder.ts';
import type { Evidence } from './evidence/schema.ts';
import { LoopSampler } from './loops/loop-sampler.ts';
import type { Plan } from './plan/plan.ts';
import { planRun } from './plan-run.ts';
import { discoverSyncRoute } from './probes/discovery/discover.ts';
import { Prober } from './probes/prober.ts';
import { connectionsWaitingOn } from './processes/listeners.ts';
import { prepareReportFolder, reportFiles, writeEvidence } from './report-folder.ts';
import { lookForLeaks, sampleResources } from './resources/look-for-leaks.ts';
import { dumpsBy, joined } from './rules/wording.ts';
import { cleanUpDeadRuns } from './runs/clean-up.ts';
import { OwnRun } from './runs/own-run.ts';
import type { RunRecord } from './runs/run-record.ts';
import type { Settings } from './settings/schema.ts';
import { StackShim } from './stacks/faulthandler/shim.ts';
import type { StackLadder } from './stacks/ladder.ts';
import { prepareStackLadder } from './stacks/prepare.ts';
import { StackWatch } from './stacks/stack-watch.ts';
import { exercise } from './streams/exercise.ts';
import { openOneMore } from './streams/open-one-more.ts';
import { nextHopFrom } from './upstream/next-hop.ts';
import { UpstreamProxy } from './upstream/proxy.ts';
import { either, pause, unlessAborted } from './waiting.ts';

/** After a missed deadline, dumps under way are waited for this long, so that the verdict comes soon after. */
const lastDumpsMs = 1_500;

export interface RunOptions {
  readonly settings: Settings;
  /** Absolute; made ready here. */
  readonly reportDir: string;
  /** Absolute folder to which relative settings and reported files belong. */
  readonly workspace: string;
  readonly listener: PhaseListener;
  /** Aborted by Ctrl-C or the runner's cancellation. */
  readonly interrupt: AbortSignal;
  /** Told what would have to be cleaned up if this process were killed, whenever that changes. */
  readonly onRecord?: ((record: RunRecord) => void) | undefined;
}

/**
 * Everything that touches the world, in its order. Whatever happens, the backend is gone and the evidence is returned.
 * @throws {GateError} `wrong-settings`, before anything was started.
 */
export async function gather(options: RunOptions): Promise<Evidence> {
  const plan = await planRun(options.settings, options.workspace);
  const recorder = new Recorder(plan, options.workspace, options.listener);
  const { startedAt } = recorder.evidence.gate;
  using run = OwnRun.begin({ startedAt, reportDir: options.reportDir, onRecord: options.onRecord });
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
      await prepareReportFolder(options.reportDir);
      recorder.keep((evidence) => keep(evidence, run, options.reportDir));
      if (!plan.attach) await assertPortIsFree(plan.origin);
      phase.note(recorder.evidence.stackSources[0]?.detail ?? '');
      return prepared;
    });
    options.interrupt.throwIfAborted();
    await testBackend({ plan, ladder, shim, recorder, run }, options);
  } catch (error) {
    recordFailure(error, recorder.evidence, options.interrupt);
  }
  return recorder.finish();
}

interface Prepared {
  readonly plan: Plan;
  readonly ladder: StackLadder;
  readonly shim: StackShim | undefined;
  readonly recorder: Recorder;
  readonly run: OwnRun;
}

async function testBackend(prepared: Prepared, options: RunOptions): Promise<void> {
  const { plan, shim, recorder, run } = prepared;
  const { interrupt, reportDir } = options;
  await using upstream = await UpstreamProxy.start(plan.upstream, nextHopFrom(process.env), recorder);
  await using prober = new Prober(plan, recorder);
  const logPath = join(reportDir, reportFiles.log);
  await using backend = plan.attach
    ? new AttachedBackend(plan, recorder)
    : await Backend.start(plan, {
        ...{ recorder, logPath, shim, proxyUrl: upstream.url, runId: run.id },
        onStarted: (family) => run.watch(family),
      });
  const { watch, sampler } = watchBackend(backend, prober, prepared, options);
  using _sampling = sampler;
  const over = AbortSignal.any([interrupt, prober.missed, prober.broken, backend.exited, sampler.over]);
  const test: Test = { plan, recorder, backend, prober, watch, sampler, over };

  await boot(test, interrupt);
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
  await endProbing(test, interrupt);
  if (!over.aborted) await prove(test);
  sampler.stop();
  watch.close();
  await recorder.phase(plan.attach ? 'leave' : 'stop', () => backend.stop(!over.aborted));
  interrupt.throwIfAborted();
}

/** All that takes part while a backend is under test. */
interface Test {
  readonly plan: Plan;
  readonly recorder: Recorder;
  readonly backend: Backend | AttachedBackend;
  readonly prober: Prober;
  readonly watch: StackWatch;
  readonly sampler: LoopSampler;
  /** Aborted when there is nothing more to learn: a missed deadline, a stuck loop, a dead backend, an interruption. */
  readonly over: AbortSignal;
}

/** Ties together who notices a silence, or a loop that stands still, and who takes the stacks. */
function watchBackend(
  backend: Test['backend'],
  prober: Prober,
  { plan, ladder, recorder }: Prepared,
  { reportDir, workspace }: RunOptions,
): Pick<Test, 'watch' | 'sampler'> {
  const { evidence } = recorder;
  const watch: StackWatch = new StackWatch({
    recorder,
    ladder,
    listProcesses: () => backend.listProcesses(plan),
    countWaiting: () => connectionsWaitingOn(portOf(plan.origin)),
    reportDir,
    sourceFolders: [workspace, plan.workingDirectory],
    onLoop: (pid, tid) => sampler.follow(pid, tid),
    onDump: (pid) => sampler.onDump(pid),
  });
  const sampler = new LoopSampler({
    recorder,
    deadlineMs: plan.deadlineMs,
    dumpAfterMs: plan.dumpAfterMs,
    onStanding: (pid) => watch.onStanding(pid),
    onTurnsAgain: (pid) => watch.onTurnsAgain(pid),
    // A probe that is silent by now misses its own deadline in a moment, and says more.
    isBlocked: (pid) =>
      evidence.silences.every(({ endMs }) => endMs !== null) &&
      findStandingLoops(evidence).some((loop) => loop.pid === pid),
  });
  prober.on('silent', (path, sinceMs) => watch.onSilent(path, sinceMs));
  prober.on('answers-again', (path, atMs) => watch.onAnswersAgain(path, atMs));
  return { watch, sampler };
}

async function boot({ plan, recorder, backend, watch }: Test, interrupt: AbortSignal): Promise<void> {
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

/** The undisturbed backend: its processes, and how fast it answers. */
async function measureBaseline(test: Test): Promise<void> {
  const { recorder, prober, sampler, over } = test;
  await recorder.phase('baseline', async (phase) => {
    lookAround(test, 'baseline');
    sampler.start();
    await either(prober.measureBaseline(over), over);
    const routes = recorder.evidence.probeRoutes.map(
      ({ path, baselineMs }) => `${path} ${baselineMs?.toFixed(0) ?? '–'} ms`,
    );
    if (over.aborted) phase.failed('not every probe answered');
    else phase.note(routes.join(', '));
  });
}

async function exerciseWaves(test: Test, waves: Plan['waves']): Promise<void> {
  const { plan, recorder, prober, over } = test;
  await exercise({
    plan,
    waves,
    recorder,
    over,
    allAnswered: (sinceMs, signal) => prober.allAnswered(sinceMs, signal),
    afterWave: () => lookAround(test, 'wave'),
  });
}

/** The same waves, numbered on. */
function onceMore(waves: Plan['waves']): Plan['waves'] {
  return waves.map((wave) => ({ ...wave, index: wave.index + waves.length }));
}

async function openAfterwards({ plan, recorder, over }: Test, release: () => void): Promise<void> {
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

/** Which processes there are by now, and what they hold. */
function lookAround({ recorder, watch, sampler }: Test, moment: 'baseline' | 'wave'): void {
  for (const process of watch.refreshProcesses()) {
    if (mayServe(process)) sampler.follow(process.pid);
  }
  sampleResources(recorder, moment);
}

/** Lets dumps that are under way come to their end, within bounds, and then the probes. */
async function endProbing({ prober, watch, sampler }: Test, interrupt: AbortSignal): Promise<void> {
  const lastDumps = Promise.all([watch.idle(), sampler.caughtUp()]);
  await either(lastDumps, AbortSignal.any([interrupt, AbortSignal.timeout(lastDumpsMs)]));
  prober.broken.throwIfAborted();
  await prober.stop();
}

async function prove({ plan, recorder, watch, over }: Test): Promise<void> {
  await recorder.phase('proof', async (phase) => {
    if (await watch.proveFree(over)) return phase.note(proofNote(recorder.evidence));
    // Some servers tell the application late that a client has left. A loop that is stuck only now gets its deadline too.
    await pause(plan.deadlineMs, over);
    if (over.aborted) phase.failed(messageOf(over.reason));
    else if (await watch.proveFree(over)) phase.note(proofNote(recorder.evidence));
  });
}

/** Which processes were found behind the port; without any, no stack can be taken. */
function attachedTo(watch: StackWatch): string {
  const pids = watch.refreshProcesses().map(({ pid }) => `pid ${pid}`);
  return pids.length > 0 ? `, ${joined(pids)}` : ', but its processes cannot be seen';
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
function keep(evidence: Evidence, run: OwnRun, reportDir: string): void {
  run.update();
  try {
    writeEvidence(reportDir, evidence);
  } catch {
    // A full disk is told of at the end, when the evidence counts.
  }
}

function proofNote({ dumps }: Evidence): string {
  return dumpsBy(dumps.filter(({ trigger }) => trigger === 'proof'));
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
