import { type Block, findBlocks } from '../analysis/block.ts';
import { machineTookMost } from '../analysis/machine.ts';
import { dumpsSince, findMisses, type Miss } from '../analysis/misses.ts';
import { findStandingLoops, type StandingLoop } from '../analysis/standing.ts';
import { hadHardlyATurn, spanOf } from '../analysis/starvation.ts';
import type { Evidence } from '../evidence/schema.ts';
import { accounting } from './accounting.ts';
import { explainBlock } from './blocked-loop/index.ts';
import { fingerprintOf, isKnown } from './fingerprint.ts';
import { whyNoStack } from './no-stack.ts';
import type { Rule, Statement } from './rule.ts';
import { describeSilence, since } from './silence.ts';
import { placesOf } from './standings.ts';
import { location, seconds } from './wording.ts';

/** A probe missed the deadline, or a worker's loop stood still that long, and the loop stood at one place meanwhile. */
export const loopBlocked: Rule = {
  id: 'loop-blocked',
  title: 'Does every event loop come back?',
  outcome: 'fail',
  reason: 'loop-blocked',
  evaluate: (evidence) => {
    const misses = findMisses(evidence).filter(({ kind }) => kind !== 'server-error');
    const standing = findStandingLoops(evidence);
    const hardlyRan = ({ pid, moments }: Block) =>
      hadHardlyATurn(moments, standing.find((loop) => loop.pid === pid)?.stint.ranMs ?? null);
    const isTaken = wasTaken(misses, evidence);
    const blocks = [
      ...standing.flatMap((loop) => loop.block ?? []),
      ...(misses.length > 0 ? findBlocks(dumpsSince(misses, evidence)) : []),
      // Whoever is given next to nothing stands at one place for as long.
    ].filter((block) => !(isTaken && hardlyRan(block)));
    const unseen = standing.find(({ pid, block }) => !block && blocks.every((other) => other.pid !== pid));
    // What the baseline knows comes last, lest it hide something new in another worker.
    const fresh = blocks.find((block) => !isKnownBlock(block, evidence));
    const block = fresh ?? (unseen && evidence.baseline ? undefined : blocks[0]);
    if (block) {
      const loop = standing.find(({ pid }) => pid === block.pid) ?? standing[0];
      return {
        ...statement(whatWasSeen(block.pid, misses, loop, evidence), block, evidence),
        restsOnLatency: hardlyRan(block),
      };
    }
    return unseen && withoutStack(unseen, misses, evidence);
  },
};

/** True when the machine gave away most of its time while these probes were silent, which another rule tells. */
function wasTaken(misses: readonly Miss[], evidence: Evidence): boolean {
  const { startMs, endMs } = spanOf(misses);
  return misses.length > 0 && machineTookMost(startMs, endMs, evidence);
}

function isKnownBlock(block: Block, evidence: Evidence): boolean {
  if (!evidence.baseline) return false;
  return isKnown(fingerprintOf(statement('', block, evidence)), evidence);
}

function statement(seen: string, block: Block, evidence: Evidence) {
  const { ruleId, because, fix, waitedOn } = explainBlock(block, evidence);
  return {
    ruleId,
    message: `${seen}: ${because}.`,
    location: block.culprit ? location(block.culprit, evidence) : null,
    waitedOn: placesOf(waitedOn, evidence),
    pid: block.pid,
    fix,
  } satisfies Statement;
}

function whatWasSeen(
  pid: number,
  misses: readonly Miss[],
  standing: StandingLoop | undefined,
  evidence: Evidence,
): string {
  if (misses.length > 0 || !standing) return describeSilence(misses, evidence);
  const { startMs, durationMs } = standing.stint;
  // A master has no loop that was ever seen at its selector.
  const loops = evidence.loops.filter(({ samplesAtSelector }) => samplesAtSelector > 0).length;
  const workers = loops > 1 ? `, one of ${loops} workers,` : '';
  return `The event loop of pid ${pid}${workers} stood still for ${seconds(durationMs)}, ${since(startMs, evidence)}, while the probes were answered`;
}

/** The kernel alone: enough for the verdict, not for a line. */
function withoutStack(standing: StandingLoop, misses: readonly Miss[], evidence: Evidence): Statement {
  return {
    message: `${whatWasSeen(standing.pid, misses, standing, evidence)}: its thread ${accounting(standing.stint)}. No stack could be taken to name the line${whyNoStack(
      evidence.dumps.filter(({ pid }) => pid === standing.pid),
      evidence,
    )}.`,
    pid: standing.pid,
    fix: 'Let the gate read the process, so that it can name the line: `py-spy: auto`, or a Python that reads PYTHONPATH (see docs/limits.md).',
  };
}
