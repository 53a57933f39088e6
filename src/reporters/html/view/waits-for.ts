/** What a loop that stood waited for, in the words of the rule that explains it. */
import { type Block, findBlocks } from '../../../analysis/block.ts';
import { dumpsSince, findMisses } from '../../../analysis/misses.ts';
import { findStandingLoops } from '../../../analysis/standing.ts';
import type { WaitedOn } from '../../../analysis/waited-on.ts';
import type { Dump, Evidence, Thread } from '../../../evidence/schema.ts';
import { explainBlock } from '../../../rules/blocked-loop/index.ts';

export interface ShownBlock {
  readonly block: Block;
  /** Largest group first. */
  readonly waitsFor: readonly WaitedOn[];
}

/** The blocks that the verdict may rest on, the decisive one among them. */
export function shownBlocks(evidence: Evidence): ShownBlock[] {
  const misses = findMisses(evidence).filter(({ kind }) => kind !== 'server-error');
  const standing = findStandingLoops(evidence).flatMap(({ block }) => block ?? []);
  const series = misses.length > 0 ? dumpsSince(misses, evidence) : evidence.dumps.filter(isOfHang);
  return [...standing, ...findBlocks(series)].map((block) => ({
    block,
    waitsFor: explainBlock(block, evidence).waitedOn ?? [],
  }));
}

/** In one dump: the threads that its loop waits for at that moment; empty for a loop that is free. */
export function waitedOnIn(dump: Dump, evidence: Evidence): ReadonlySet<Thread> {
  const [block] = findBlocks([dump], 1);
  return new Set(block ? explainBlock(block, evidence).waitedOn?.flatMap(({ threads }) => threads) : []);
}

function isOfHang({ trigger }: Dump): boolean {
  return trigger === 'silence' || trigger === 'boot';
}
