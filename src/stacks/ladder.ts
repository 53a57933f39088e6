import { hasFrames } from '../analysis/has-frames.ts';
import { messageOf } from '../errors.ts';
import type { Evidence } from '../evidence/schema.ts';
import { limited } from '../timing/waiting.ts';
import { bounded } from './bounded.ts';
import { type RawDump, type StackSource, StackSourceError } from './source.ts';

/** The whole ladder for one process. Supervisors kill a silent worker after 5 s, and the evidence with it. */
const budgetMs = 3_000;
/** One rung, so that a tool that hangs leaves time for those below it. */
const attemptMs = 1_500;
/** While nothing hangs there is more time: here a tool that is slow, as all is on a busy machine, is told from one that hangs. */
const patientAttemptMs = 4_000;
/** What a rung gets when those above have used up the time. */
const shortestAttemptMs = 1_000;
/** On a machine that was this slow before, the same again takes anything up to this many times as long. */
const slackFactor = 2;
/** A source that does not keep to its time is left alone this much later. */
const overtimeMs = 250;

export interface LadderDump extends Partial<RawDump> {
  /** Name of the source that gave it, `none` when all failed. */
  readonly source: string;
  /** Why there are no frames. */
  readonly error: string | null;
  /** Of all that tried, and may have got as far as the process. */
  readonly wakes: number;
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
  /** Settled when nobody dumps this process any more. */
  readonly #turns = new Map<number, Promise<unknown>>();
  /** How long each source took at most when it answered. */
  readonly #slowestMs = new Map<StackSource, number>();

  /** @param notes The evidence's list, where each source's fate is told. */
  constructor(sources: readonly StackSource[], notes: Evidence['stackSources']) {
    this.#sources = sources;
    this.#notes = notes;
  }

  /**
   * @param isRunning The process is not known to hang: there is time, and nothing may be asked of it that a running one
   *   could die of.
   */
  dump(pid: number, isRunning = false): Promise<LadderDump> {
    return this.#inTurn(pid, () => this.#dump(pid, isRunning));
  }

  /** The same for people, from the source that worked; `undefined` when there is none. */
  dumpText(pid: number): Promise<{ text: string | undefined; wakes: number } | undefined> {
    return this.#inTurn(pid, () => this.#dumpText(pid));
  }

  /** The kernel lets one trace a process at a time. */
  #inTurn<T>(pid: number, work: () => Promise<T>): Promise<T> {
    const result = (this.#turns.get(pid) ?? Promise.resolve()).then(work);
    this.#turns.set(
      pid,
      result.catch(() => {}),
    );
    return result;
  }

  async #dump(pid: number, isRunning: boolean): Promise<LadderDump> {
    const climb = this.#climbOf(pid);
    const beganAt = performance.now();
    let wakes = 0;
    for (const source of inOrder(this.#sources, climb)) {
      if (!this.#isWorthAsking(source, climb)) continue;
      if (isRunning && source.isRiskyWhileRunning) continue;
      const limitMs = isRunning ? patientAttemptMs : this.#limitMs(performance.now() - beganAt);
      const askedAt = performance.now();
      try {
        const given = await attempt(source, pid, limitMs);
        const dump = { ...given, threads: bounded(given.threads, pid) };
        wakes += source.wakes;
        this.#slowestMs.set(source, Math.max(this.#slowestMs.get(source) ?? 0, performance.now() - askedAt));
        climb.failures.delete(source);
        const framed = hasFrames(dump);
        if (framed) climb.preferred ??= source;
        this.#note(source, true, framed ? 'took the stacks' : 'showed the threads, without frames');
        return { ...dump, source: source.name, wakes, error: framed ? null : this.#reasons(climb) };
      } catch (error) {
        const failure =
          error instanceof StackSourceError ? error : new StackSourceError(messageOf(error), 'passing');
        if (failure.kind !== 'denied') wakes += source.wakes;
        climb.failures.set(source, failure);
        if (climb.preferred === source) climb.preferred = undefined;
        this.#note(source, false, failure.message);
      }
    }
    return { source: 'none', wakes, error: this.#reasons(climb) };
  }

  async #dumpText(pid: number): Promise<{ text: string | undefined; wakes: number } | undefined> {
    const { preferred } = this.#climbOf(pid);
    const text = preferred?.dumpText?.(pid, attemptMs);
    if (!preferred || !text) return undefined;
    return {
      text: await limited(text, attemptMs + overtimeMs).catch(() => undefined),
      wakes: preferred.wakes,
    };
  }

  #climbOf(pid: number): Climb {
    const climb = this.#climbs.get(pid) ?? { preferred: undefined, failures: new Map() };
    this.#climbs.set(pid, climb);
    return climb;
  }

  #limitMs(spentMs: number): number {
    const slowMs = Math.min(patientAttemptMs, slackFactor * Math.max(0, ...this.#slowestMs.values()));
    if (slowMs > attemptMs) return slowMs;
    return Math.max(shortestAttemptMs, Math.min(attemptMs, budgetMs - spentMs));
  }

  #isWorthAsking(source: StackSource, { failures }: Climb): boolean {
    if (source.onlyAfterDenial) {
      const before = this.#sources[this.#sources.indexOf(source) - 1];
      if (before && failures.get(before)?.kind !== 'denied') return false;
    }
    const kind = failures.get(source)?.kind ?? 'passing';
    return kind === 'passing' || (kind === 'late' && this.#slowestMs.has(source));
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
  if (!dump) throw new StackSourceError(`no answer within ${Math.ceil(timeoutMs)} ms`, 'late');
  return dump;
}
