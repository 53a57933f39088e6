import { messageOf } from '../errors.ts';
import type { Evidence } from '../evidence/schema.ts';
import type { RawDump, StackSource } from './source.ts';

/** Every single attempt ends by then. */
const attemptTimeoutMs = 5_000;

export interface LadderDump extends Partial<RawDump> {
  /** Name of the source that gave it, `none` when all failed. */
  readonly source: string;
  /** Why there is no stack. */
  readonly error: string | null;
}

/**
 * Tries the ways of taking stacks in their order. The first that worked is used first from then on: a refusal once is a
 * refusal always, and a hang leaves no time to be refused again.
 */
export class StackLadder {
  #sources: readonly StackSource[];
  readonly #notes: Evidence['stackSources'];

  /** @param notes The evidence's list, where each source's fate is told. */
  constructor(sources: readonly StackSource[], notes: Evidence['stackSources']) {
    this.#sources = sources;
    this.#notes = notes;
  }

  async dump(pid: number): Promise<LadderDump> {
    const errors: string[] = [];
    for (const source of this.#sources) {
      try {
        const dump = await source.dump(pid, attemptTimeoutMs);
        this.#prefer(source);
        return { ...dump, source: source.name, error: null };
      } catch (error) {
        errors.push(`${source.name}: ${messageOf(error)}`);
      }
    }
    return { source: 'none', error: errors.join('; ') || this.#whyNone() };
  }

  /** The same for people, from the source that worked; `undefined` when there is none. */
  async dumpText(pid: number): Promise<string | undefined> {
    return this.#sources[0]?.dumpText?.(pid, attemptTimeoutMs).catch(() => undefined);
  }

  #whyNone(): string {
    return this.#notes.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
  }

  #prefer(source: StackSource): void {
    if (this.#notes.some(({ name, usable }) => name === source.name && usable)) return;
    this.#sources = [source, ...this.#sources.filter((other) => other !== source)];
    this.#notes.push({ name: source.name, usable: true, detail: 'took the stacks' });
  }
}
