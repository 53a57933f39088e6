import { findBlocks } from '../analysis/block.ts';
import { lostMs } from '../analysis/delays.ts';
import { machineTookMost } from '../analysis/machine.ts';
import { wasWorker } from '../analysis/serving.ts';
import { wasStarved } from '../analysis/starvation.ts';
import type { Dump, Evidence, LoopEvidence } from '../evidence/schema.ts';
import { explainBlock } from './blocked-loop/index.ts';
import type { Rule } from './rule.ts';
import { since } from './silence.ts';
import { location } from './wording.ts';

/** Of uvicorn's and the like, with some slack. */
const supervisorsPatienceMs = 8_000;
/** Between the last sample of a loop and the news that its process is gone, on a busy machine. */
const lastLookMs = 1_000;

/** A worker died during the test, killed by its supervisor or by itself, while the backend as a whole lives on. */
export const workerReplaced: Rule = {
  id: 'worker-replaced',
  title: 'Does every worker stay alive?',
  outcome: 'fail',
  reason: 'worker-replaced',
  evaluate: (evidence) => {
    const gone = evidence.loops.find((loop) => loop.goneMs !== null && wasWorker(loop, evidence));
    if (!gone || gone.goneMs === null || evidence.backend.exit !== null) return undefined;
    const died = `Worker pid ${gone.pid} died during the test, ${since(gone.goneMs, evidence)}`;
    const [block] = findBlocks(lastDumps(gone, evidence));
    if (!block) {
      return {
        message: `${died}.`,
        pid: gone.pid,
        fix: 'See backend.log for what ended it.',
        restsOnLatency: mayHaveStarved(gone.goneMs, evidence),
      };
    }
    const { because, fix } = explainBlock(block, evidence);
    return {
      message: `${died}; before, ${because}, so its supervisor took it for dead.`,
      location: block.culprit ? location(block.culprit, evidence) : null,
      pid: gone.pid,
      fix,
    };
  },
};

/** Those of the stall in which it died; one that was over by then is not why it did. */
function lastDumps({ pid, goneMs, stints, samplesAtSelector }: LoopEvidence, { dumps }: Evidence): Dump[] {
  const [diedMs, own] = [goneMs ?? 0, dumps.filter((dump) => dump.pid === pid && dump.trigger === 'silence')];
  const last = stints.find(({ startMs, durationMs }) => startMs + durationMs >= diedMs - lastLookMs);
  // Where the kernel hides what its loop did, as long as a supervisor waits.
  const sinceMs = last?.startMs ?? (samplesAtSelector > 0 ? diedMs : diedMs - supervisorsPatienceMs);
  return own.filter(({ startMs }) => startMs >= sinceMs);
}

/** Supervisors kill a worker that is silent for 5 s, which one on a busy machine may be through no fault of its own. */
function mayHaveStarved(goneMs: number, evidence: Evidence): boolean {
  const startMs = goneMs - supervisorsPatienceMs;
  const stoodMs = lostMs(startMs, goneMs, evidence.gate.delays);
  return (
    stoodMs > 0 ||
    machineTookMost(startMs, goneMs, evidence) ||
    wasStarved([{ sentMs: startMs, waitedMs: supervisorsPatienceMs }], evidence)
  );
}
