import { loopOf } from '../analysis/loop-thread.ts';
import type { Dump, Evidence } from '../evidence/schema.ts';
import type { Rule } from './rule.ts';
import { joined } from './wording.ts';

/** A run is green only when a dump shows every loop free at its end. */
export const loopUnproven: Rule = {
  id: 'loop-unproven',
  title: 'Is every event loop free after the last wave?',
  outcome: 'inconclusive',
  reason: 'loop-unproven',
  evaluate: (evidence) => {
    const proofs = evidence.dumps.filter(({ trigger }) => trigger === 'proof');
    const withStacks = proofs.filter(({ threads }) => threads.length > 0);
    if (withStacks.length === 0)
      return provenByKernel(proofs) ? undefined : { message: noStacks(evidence, proofs), fix };
    const loops = Map.groupBy(
      withStacks.filter((dump) => loopOf(dump) !== undefined),
      ({ pid }) => pid,
    );
    if (loops.size === 0)
      return {
        message:
          'Every probe was answered, but no process of the backend runs an event loop that the gate knows.',
      };
    const stuck = [...loops].filter(([, dumps]) => !turns(dumps)).map(([pid]) => `pid ${pid}`);
    if (stuck.length === 0) return undefined;
    return {
      message: `Every probe was answered, but the event loop of ${joined(stuck)} was not seen free after the last wave.`,
    };
  },
};

const fix =
  'Let the gate install py-spy (`py-spy: auto`), or run it where it may read the backend: on GitHub `sudo -n` is enough.';

/** The loop was free once, or it was at different places, which a loop that stands still is not. */
function turns(dumps: readonly Dump[]): boolean {
  if (dumps.some((dump) => loopOf(dump)?.state === 'free')) return true;
  return new Set(dumps.map((dump) => JSON.stringify(loopOf(dump)?.thread.frames))).size > 1;
}

/** Without a stack the kernel's word is enough: the main thread sleeps where event loops wait. */
function provenByKernel(proofs: readonly Dump[]): boolean {
  return (
    proofs.length > 0 &&
    proofs.every(({ loopScheduling }) => /^(do_epoll_wait|ep_poll)/.test(loopScheduling?.waitChannel ?? ''))
  );
}

function noStacks({ stackSources }: Evidence, proofs: readonly Dump[]): string {
  const why =
    proofs.find(({ error }) => error !== null)?.error ?? stackSources.find(({ usable }) => !usable)?.detail;
  return `Every probe was answered, but no stack could be taken to show that the event loop is free${why ? ` (${why})` : ''}.`;
}
