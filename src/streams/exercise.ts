import { messageOf } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Evidence } from '../evidence/schema.ts';
import type { Plan, Wave } from '../plan/plan.ts';
import { joined } from '../rules/wording.ts';
import { either, patiently, pause } from '../timing/waiting.ts';
import { abortModes } from './abort-modes/index.ts';
import { StreamClient } from './stream-client.ts';

export interface ExerciseOptions {
  readonly plan: Plan;
  readonly waves: readonly Wave[];
  readonly recorder: Recorder;
  /** Resolves once every probe sent by now is answered, and on each route one that was sent after `sinceMs`. */
  readonly allAnswered: (sinceMs: number, signal: AbortSignal) => Promise<void>;
  /** Told after each wave, while its streams have just settled. */
  readonly afterWave: () => void;
  /** Aborted when there is nothing more to learn: a missed deadline, a dead backend, an interruption. */
  readonly over: AbortSignal;
}

/** Opens and aborts streams, wave after wave. A wave after which everything answers ends early; a hang ends by `over`. */
export async function exercise(options: ExerciseOptions): Promise<void> {
  for (const wave of options.waves) {
    if (options.over.aborted) return;
    await options.recorder.phase(`wave ${wave.index}`, async (phase) => {
      const { aborted, summary } = await runWave(wave, options);
      if (options.over.aborted) phase.failed(`${summary}, then ${messageOf(options.over.reason)}`);
      else if (aborted === 0) phase.failed(summary);
      else phase.note(summary);
    });
  }
}

async function runWave(
  wave: Wave,
  { plan, recorder, allAnswered, afterWave, over }: ExerciseOptions,
): Promise<{ readonly aborted: number; readonly summary: string }> {
  const { clock, evidence } = recorder;
  const mode = abortModes[wave.abort];
  const record: Evidence['waves'][number] = {
    index: wave.index,
    abort: wave.abort,
    openedMs: clock.nowMs(),
    abortedMs: null,
    settledMs: null,
  };
  evidence.waves.push(record);
  const clients = Array.from({ length: wave.clients }, () => new StreamClient(plan, wave.index, mode, clock));
  evidence.streams.push(...clients.map((client) => client.record));
  try {
    if (mode.when === 'after-hold') {
      const opened = Promise.all(clients.map((client) => client.opened));
      await either(Promise.race([opened, patiently(plan.deadlineMs, over)]), over);
      await pause(wave.holdMs, over);
      for (const client of clients) client.abort();
    } else {
      await either(Promise.all(clients.map((client) => client.ended)), over);
    }
    record.abortedMs = clock.nowMs();
    await pause(wave.settleMs, over);
    await either(allAnswered(record.abortedMs, over), over);
    if (!over.aborted) record.settledMs = clock.nowMs();
    afterWave();
  } finally {
    for (const client of clients) client.close();
  }
  const aborted = clients.filter(({ record: { end } }) => end === 'aborted').length;
  return {
    aborted,
    summary: `${aborted} of ${clients.length} streams aborted (${wave.abort})${others(clients)}`,
  };
}

/** Why there was nothing to abort: an error status, or a stream that was over before. */
function others(clients: readonly StreamClient[]): string {
  const ended = clients.map(({ record }) => record).filter(({ end }) => end === 'ended');
  if (ended.length === 0) return '';
  const refused = ended.flatMap(({ status }) => (status !== null && status >= 300 ? [status] : []));
  return refused.length > 0
    ? `, ${refused.length} answered ${joined([...new Set(refused)].map(String))}`
    : `, ${ended.length} over before`;
}
