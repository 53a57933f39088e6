/** The part that each process of a backend plays, told by the kernel alone: no stack and no privilege is needed. */
import type { Evidence } from '../evidence/schema.ts';
import type { EventPoll } from './listeners.ts';

type Role = Evidence['processes'][number]['role'];

export interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  readonly python: string | null;
  readonly commandLine: string;
  /** Inodes of its sockets and pipes. */
  readonly inodes: ReadonlySet<string>;
  readonly eventPolls: readonly EventPoll[];
}

/** Inodes of listening sockets. */
export interface Listening {
  /** On the backend's port. */
  readonly onPort: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

/**
 * A worker is known by what it does: an event loop of its own watches the listening socket, also when it hangs. Who has
 * started one and does not serve is its master. Nobody is told to be a master or a helper by what is missing alone: a
 * worker that never came as far as its loop stays `backend`, and owes a proof like the others.
 */
export function rolesOf(processes: readonly ProcessFacts[], listening: Listening): Map<number, Role> {
  const tree = new ProcessTree(processes);
  const serves = (facts: ProcessFacts, sockets: ReadonlySet<string>) =>
    facts.eventPolls.some(
      (poll) => !poll.watches.isDisjointFrom(sockets) && !tree.inherits(facts, poll, listening.all),
    );
  const workers = new Set(
    processes.filter((facts) => facts.python !== null && serves(facts, listening.onPort)),
  );
  const roleOf = (facts: ProcessFacts): Role => {
    if (facts.python === null) return 'wrapper';
    if (workers.has(facts)) return 'worker';
    if (isMultiprocessingHelper(facts, tree.parentOf(facts))) return 'helper';
    if (tree.below(facts).some((other) => workers.has(other))) {
      const holdsPort = !facts.inodes.isDisjointFrom(listening.onPort);
      return holdsPort || tree.childrenOf(facts).some((child) => isOwnWork(child, facts))
        ? 'master'
        : 'wrapper';
    }
    const isBelowWorker = tree.above(facts).some((other) => workers.has(other));
    return isBelowWorker && !serves(facts, listening.all) ? 'helper' : 'backend';
  };
  return new Map(processes.map((facts) => [facts.pid, roleOf(facts)]));
}

/** multiprocessing's own helpers. What a fork server has forked has its command line, and is a helper or a worker. */
function isMultiprocessingHelper({ commandLine }: ProcessFacts, parent: ProcessFacts | undefined): boolean {
  if (/\bmultiprocessing\.(resource|semaphore)_tracker\b/.test(commandLine)) return true;
  return /\bmultiprocessing\.forkserver\b/.test(commandLine) && parent?.commandLine !== commandLine;
}

/** Forked, or started by multiprocessing: the same program, where another command line is another program. */
function isOwnWork(child: ProcessFacts, parent: ProcessFacts): boolean {
  return (
    child.python !== null &&
    (child.commandLine === parent.commandLine ||
      /--multiprocessing-fork\b|\bmultiprocessing\.forkserver\b/.test(child.commandLine))
  );
}

class ProcessTree {
  readonly #processes: readonly ProcessFacts[];

  constructor(processes: readonly ProcessFacts[]) {
    this.#processes = processes;
  }

  parentOf({ parentPid }: ProcessFacts): ProcessFacts | undefined {
    return this.#processes.find(({ pid }) => pid === parentPid);
  }

  childrenOf({ pid }: ProcessFacts): ProcessFacts[] {
    return this.#processes.filter(({ parentPid }) => parentPid === pid);
  }

  /** Parent, its parent and so on. */
  above(facts: ProcessFacts): ProcessFacts[] {
    const found: ProcessFacts[] = [];
    for (let at = this.parentOf(facts); at && !found.includes(at); at = this.parentOf(at)) found.push(at);
    return found;
  }

  below(facts: ProcessFacts): ProcessFacts[] {
    return this.#processes.filter((other) => this.above(other).includes(facts));
  }

  /**
   * A fork shares the epoll instances of its parent without using them. Every event loop watches a socket or a pipe by
   * which it is woken, and that one is shared then too.
   */
  inherits(facts: ProcessFacts, { watches }: EventPoll, listening: ReadonlySet<string>): boolean {
    const own = watches.difference(listening);
    return this.above(facts).some(({ eventPolls }) =>
      eventPolls.some((other) => !other.watches.isDisjointFrom(own)),
    );
  }
}
