import { hasFrames } from '../analysis/has-frames.ts';
import { messageOf } from '../errors.ts';
import type { Evidence } from '../evidence/schema.ts';
import { limited } from '../waiting.ts';
import { type RawDump, type StackSource, StackSourceError } from './source.ts';

/** The whole ladder for one process. Supervisors kill a silent worker after 5 s, and the evidence with it. */
const budgetMs = 3_000;
/** One rung, so that a tool that hangs leaves time for those below it. */
const attemptMs = 1_500;
/** What a rung gets when those above have used up the time. */
const shortestAttemptMs = 300;
/** A source that does not keep to its time is left alone this much later. */
const overtimeMs = 250;

export interface LadderDump extends Partial<RawDump> {
  /** Name of the source that gave it, `none` when all failed. */
  readonly source: string;
  /** Why there are no frames. */
  readonly error: string | null;
}

/** What is known of one process: users, rights and interpreters differ between the processes of one backend. */
interface Climb {
  /** The first that gave frames is asked first from then on: a hang leaves no time to be refused again. */
  preferred: StackSource | undefined;
  /** The latest failure of each source. */
  readonly failures: Map<StackSource, StackSourceError>;
}

/** Tries the ways of taking stacks in their order, the ones that cannot work for a process once only. */
export class StackLadder {
  readonly #sources: readonly StackSource[];
  readonly #notes: Evidence['stackSources'];
  readonly #noted = new Set<string>();
  readonly #climbs = new Map<number, Climb>();

  /** @param notes The evidence's list, where each source's fate is told. */
  constructor(sources: readonly StackSource[], notes: Evidence['stackSources']) {
    this.#sources = sources;
    this.#notes = notes;
  }

  /** @param isRunning The process is not known to hang, so nothing may be asked of it that a running one could die of. */
  async dump(pid: number, isRunning = false): Promise<LadderDump> {
    const climb = this.#climbOf(pid);
    const deadline = performance.now() + budgetMs;
    for (const source of inOrder(this.#sources, climb)) {
      if (!this.#isWorthAsking(source, climb)) continue;
      if (isRunning && source.isRiskyWhileRunning) continue;
      const leftMs = Math.max(shortestAttemptMs, Math.min(attemptMs, deadline - performance.now()));
      try {
        const dump = await attempt(source, pid, leftMs);
        climb.failures.delete(source);
        const framed = hasFrames(dump);
        if (framed) climb.preferred ??= source;
        this.#note(source, true, framed ? 'took the stacks' : 'showed the threads, without frames');
        return { ...dump, source: source.name, error: framed ? null : this.#reasons(climb) };
      } catch (error) {
        const failure =
          error instanceof StackSourceError ? error : new StackSourceError(messageOf(error), 'passing');
        climb.failures.set(source, failure);
        if (climb.preferred === source) climb.preferred = undefined;
        this.#note(source, false, failure.message);
      }
    }
    return { source: 'none', error: this.#reasons(climb) };
  }

  /** The same for people, from the source that worked; `undefined` when there is none. */
  async dumpText(pid: number): Promise<string | undefined> {
    const text = this.#climbOf(pid).preferred?.dumpText?.(pid, attemptMs);
    return text && limited(text, attemptMs + overtimeMs).catch(() => undefined);
  }

  #climbOf(pid: number): Climb {
    const climb = this.#climbs.get(pid) ?? { preferred: undefined, failures: new Map() };
    this.#climbs.set(pid, climb);
    return climb;
  }

  #isWorthAsking(source: StackSource, { failures }: Climb): boolean {
    if (source.onlyAfterDenial) {
      const before = this.#sources[this.#sources.indexOf(source) - 1];
      if (before && failures.get(before)?.kind !== 'denied') return false;
    }
    return (failures.get(source)?.kind ?? 'passing') === 'passing';
  }

  #reasons({ failures }: Climb): string {
    const told = [...failures].map(([{ name }, { message }]) => `${name}: ${message}`);
    const missing = this.#notes
      .filter(({ name, usable }) => !usable && !this.#sources.some((source) => source.name === name))
      .map(({ name, detail }) => `${name}: ${detail}`);
    return [...missing, ...told].join('; ') || 'no way of taking stacks is available';
  }

  /** Each fate once: a line per source and not per dump. */
  #note(source: StackSource, usable: boolean, detail: string): void {
    const key = `${source.name} ${usable}`;
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.#notes.push({ name: source.name, usable, detail });
  }
}

function inOrder(sources: readonly StackSource[], { preferred }: Climb): readonly StackSource[] {
  return preferred ? [preferred, ...sources.filter((source) => source !== preferred)] : sources;
}

async function attempt(source: StackSource, pid: number, timeoutMs: number): Promise<RawDump> {
  const dump = await limited(source.dump(pid, timeoutMs), timeoutMs + overtimeMs);
  if (!dump) throw new StackSourceError(`no answer within ${Math.ceil(timeoutMs)} ms`, 'useless');
  return dump;
}
