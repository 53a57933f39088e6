import { cpus } from 'node:os';
import { commandText, type Plan } from '../plan/plan.ts';
import { RunClock } from '../timing/clock.ts';
import { version } from '../version.ts';
import { type Evidence, evidenceSchemaVersion, type Phase } from './schema.ts';

/** Called as phases begin and end, so that a terminal can show them live. */
export interface PhaseListener {
  onPhaseStart(phase: Readonly<Phase>): void;
  onPhaseEnd(phase: Readonly<Phase>, outcome: PhaseOutcome): void;
  /** Something that the user should see at once, such as an installation. */
  onNotice(text: string): void;
}

export type PhaseOutcome = 'done' | 'failed';

/**
 * Collects the evidence of one run. It is complete at every moment: a run that is interrupted anywhere writes what it
 * had seen until then.
 */
export class Recorder {
  readonly clock = new RunClock();
  readonly evidence: Evidence;
  readonly #listener: PhaseListener;
  #keep: (evidence: Evidence) => void = () => {};

  constructor(plan: Plan, workspace: string, listener: PhaseListener) {
    this.evidence = emptyEvidence(plan, workspace);
    this.#listener = listener;
  }

  /** From here on `save` gets what was seen by then, now and whenever a phase has begun. */
  keep(save: (evidence: Evidence) => void): void {
    this.#keep = save;
    save(this.evidence);
  }

  /**
   * Records `work` as a phase. `work` gets a function that sets the phase's one-line note; it may say that the phase
   * failed without throwing, since a hang that was found is a result and not an error.
   */
  async phase<T>(name: string, work: (phase: PhaseNotes) => Promise<T>): Promise<T> {
    const phase: Phase = { name, startMs: this.clock.nowMs(), durationMs: null, note: null };
    let outcome: PhaseOutcome = 'failed';
    let failed = false;
    this.evidence.phases.push(phase);
    this.#listener.onPhaseStart(phase);
    this.#keep(this.evidence);
    const notes: PhaseNotes = {
      note: (text) => {
        phase.note = text;
      },
      failed: (text) => {
        phase.note = text;
        failed = true;
      },
      announce: (text) => this.#listener.onNotice(text),
    };
    try {
      const value = await work(notes);
      outcome = failed ? 'failed' : 'done';
      return value;
    } finally {
      phase.durationMs = this.clock.nowMs() - phase.startMs;
      this.#listener.onPhaseEnd(phase, outcome);
    }
  }

  /** Closes the record. */
  finish(): Evidence {
    this.evidence.durationMs = this.clock.nowMs();
    return this.evidence;
  }
}

export interface PhaseNotes {
  note(text: string): void;
  failed(text: string): void;
  announce(text: string): void;
}

/** What is known before anything is done. */
export function emptyEvidence(plan: Plan, workspace: string): Evidence {
  return {
    schemaVersion: evidenceSchemaVersion,
    gate: {
      version,
      startedAt: new Date().toISOString(),
      platform: `${process.platform} ${process.arch}`,
      nodeVersion: process.version,
      workspace,
      processors: cpus().length,
      delays: [],
      maxDelayMs: 0,
    },
    plan: {
      command: plan.attach ? `the backend that runs at ${plan.origin}` : commandText(plan.command),
      workingDirectory: plan.workingDirectory,
      origin: plan.origin,
      streamMethod: plan.stream.method,
      streamPath: new URL(plan.stream.url).pathname,
      clients: plan.waves[0]?.clients ?? 0,
      waves: plan.waves.length,
      aborts: [...new Set(plan.waves.map(({ abort }) => abort))],
      ...(plan.waves[0] && { holdMs: plan.waves[0].holdMs, settleMs: plan.waves[0].settleMs }),
      deadlineMs: plan.deadlineMs,
      bootTimeoutMs: plan.bootTimeoutMs,
      dumpAfterMs: plan.dumpAfterMs,
      shutdownTimeoutMs: plan.shutdownTimeoutMs ?? null,
      upstream: plan.upstream,
      pySpy: plan.pySpy,
    },
    phases: [],
    backend: {
      pid: null,
      startedMs: null,
      readyMs: null,
      exit: null,
      lastReadinessError: null,
      lastLogLines: [],
    },
    processes: [],
    upstream: { requests: 0, stalled: 0, stalledSinceMs: null },
    probeRoutes: plan.probePaths.map((path) => ({
      path,
      chosen: 'asked',
      baselineMs: null,
      baselineStatus: null,
      intervalMs: null,
    })),
    syncRoute: null,
    probes: [],
    probingEndedMs: null,
    waves: [],
    streams: [],
    silences: [],
    loops: [],
    stackSources: [],
    dumps: [],
    taskGraphs: [],
    acceptQueue: [],
    resources: [],
    sources: [],
    gateErrors: [],
    interrupted: null,
    durationMs: null,
  };
}
