import type { AttachedBackend } from '../backend/attached-backend.ts';
import type { Backend } from '../backend/backend.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { LoopSampler } from '../loops/loop-sampler.ts';
import type { Plan } from '../plan/plan.ts';
import type { Prober } from '../probes/prober.ts';
import type { StackWatch } from '../stacks/stack-watch.ts';

/** All that takes part while a backend is under test. */
export interface Test {
  readonly plan: Plan;
  readonly recorder: Recorder;
  readonly backend: Backend | AttachedBackend;
  readonly prober: Prober;
  readonly watch: StackWatch;
  readonly sampler: LoopSampler;
  /** Aborted when there is nothing more to learn: a missed deadline, a stuck loop, a dead backend, an interruption. */
  readonly over: AbortSignal;
  /** Aborted by Ctrl-C or the runner's cancellation alone. */
  readonly interrupt: AbortSignal;
}
