/** What the end of a run shows about every process: a green run needs each loop seen free. */
import type { Dump, Evidence } from '../evidence/schema.ts';
import { findBlocks } from './block.ts';
import { hasFrames } from './has-frames.ts';
import { isHeld } from './holds.ts';
import { isAtSelector, loopOf } from './loop-thread.ts';
import { mayServe } from './serving.ts';

/**
 * `free`: its loop waits for events or moves on. `no-loop`: a master or another program that runs no loop. `stuck`: its
 * loop was at one place in every dump. `unseen`: nothing tells.
 */
export type ProcessProof = 'free' | 'no-loop' | 'stuck' | 'unseen';

/** For every Python process that was alive at the end, and every other of which a stack was taken as proof. */
export function processProofs({
  dumps,
  processes,
}: Pick<Evidence, 'dumps' | 'processes'>): Map<number, ProcessProof> {
  return proofsFrom({ dumps: dumps.filter(({ trigger }) => trigger === 'proof'), processes });
}

/** The same from whatever dumps these are. */
export function proofsFrom({
  dumps,
  processes,
}: Pick<Evidence, 'dumps' | 'processes'>): Map<number, ProcessProof> {
  const alive = processes.filter((process) => process.alive && mayServe(process));
  const workers = new Set(processes.filter(({ role }) => role === 'worker').map(({ pid }) => pid));
  const pids = new Set([...dumps.filter(hasFrames), ...alive].map(({ pid }) => pid));
  return new Map(
    [...pids].map((pid) => {
      const own = dumps.filter((dump) => dump.pid === pid);
      const proof = proofOf(own);
      // A worker has a loop, which this source shows only among the newest of its threads.
      const isHidden = proof === 'no-loop' && own.some(({ source }) => source === 'faulthandler');
      return [pid, isHidden && workers.has(pid) ? 'unseen' : proof];
    }),
  );
}

/** What the dumps of one process show together. */
export function proofOf(proofs: readonly Dump[]): ProcessProof {
  const withStacks = proofs.filter(hasFrames);
  // Without a stack the kernel's word is enough: its main thread sleeps where event loops wait.
  if (withStacks.length === 0) {
    return proofs.some(({ loopScheduling }) => loopScheduling && isAtSelector(loopScheduling))
      ? 'free'
      : 'unseen';
  }
  const states = withStacks.map((dump) => loopOf(dump)?.state).filter((state) => state !== undefined);
  if (states.length === 0) return 'no-loop';
  if (states.includes('free')) return 'free';
  // Somebody else has what it waits for, or has stopped it: that it stood at several places shows no turn of its own.
  if (states.every((state) => state === 'waits-for-gil')) return 'stuck';
  if (withStacks.some(({ loopScheduling }) => loopScheduling && isHeld(loopScheduling))) return 'stuck';
  return states.length > 1 && findBlocks(withStacks).length === 0 ? 'free' : 'stuck';
}
