import { isApplicationFrame } from '../../../analysis/frames.ts';
import { loopOf } from '../../../analysis/loop-thread.ts';
import { codeAt } from '../../../analysis/source.ts';
import type { Dump, Evidence, Frame, Thread } from '../../../evidence/schema.ts';
import { libraryFile, location } from '../../../rules/wording.ts';
import type { DumpList, DumpView, ThreadGroup } from '../model.ts';
import { tenth } from './figures.ts';
import { waitedOnIn } from './waits-for.ts';

const mostDumps = 60;
const mostGroups = 60;
const mostNamed = 100;
const deepestStack = 200;

type FrameEntry = DumpList['frames'][number];

/** Hundreds of threads stand in a few places, so each frame and each stack is written once. */
export function dumpList(evidence: Evidence): DumpList {
  const tables = new Tables(evidence);
  const dumps = chosen(evidence.dumps).map((dump) => dumpView(dump, tables, evidence));
  return { dumps, ...tables.written() };
}

/** In order. When there are too many, those of a hang and the proof come first, then the earliest. */
function chosen(dumps: readonly Dump[]): Dump[] {
  const weight = ({ trigger }: Dump) =>
    trigger === 'silence' || trigger === 'boot' ? 1 : trigger === 'proof' ? 0 : 2;
  const kept = new Set(dumps.toSorted((a, b) => weight(a) - weight(b)).slice(0, mostDumps));
  return dumps.filter((dump) => kept.has(dump));
}

function dumpView(dump: Dump, tables: Tables, evidence: Evidence): DumpView {
  const loop = loopOf(dump);
  const waitedOn = waitedOnIn(dump, evidence);
  const groups = groupsOf(dump, { loop: loop?.thread, waitedOn }, tables);
  const { pid, trigger, source, startMs, durationMs, error, files, loopScheduling: kernel } = dump;
  return {
    ...{ pid, trigger, source, error, files },
    atMs: tenth(startMs),
    tookMs: tenth(durationMs),
    loop: loop?.state ?? null,
    kernel: kernel && `${kernel.state}${kernel.waitChannel ? ` in ${kernel.waitChannel}` : ''}`,
    groups: groups.slice(0, mostGroups),
    omitted: groups.slice(mostGroups).reduce((sum, group) => sum + group.threads.length + group.unnamed, 0),
  };
}

const order: readonly ThreadGroup['role'][] = ['loop', 'waited-on', 'other'];

function groupsOf(
  { threads }: Dump,
  { loop, waitedOn }: { readonly loop: Thread | undefined; readonly waitedOn: ReadonlySet<Thread> },
  tables: Tables,
): ThreadGroup[] {
  const roleOf = (thread: Thread) =>
    thread === loop ? 'loop' : waitedOn.has(thread) ? 'waited-on' : 'other';
  const alike = Map.groupBy(
    threads,
    (thread) => `${roleOf(thread)} ${thread.ownsGil} ${tables.stack(thread.frames)}`,
  );
  return [...alike.values()]
    .map((members) => {
      const [first] = members as [Thread, ...Thread[]];
      return {
        role: roleOf(first),
        stack: tables.stack(first.frames),
        ownsGil: first.ownsGil,
        threads: members.slice(0, mostNamed).map(({ tid, name }) => ({ tid, name })),
        unnamed: Math.max(0, members.length - mostNamed),
      } as const;
    })
    .sort(
      (a, b) => order.indexOf(a.role) - order.indexOf(b.role) || weightOf(b, tables) - weightOf(a, tables),
    );
}

/** Threads inside the application are more telling than idle ones, and many are than few. */
function weightOf({ stack, threads }: ThreadGroup, tables: Tables): number {
  return (tables.isInApplication(stack) ? 10_000 : 0) + threads.length;
}

class Tables {
  readonly #evidence: Evidence;
  readonly #files = new Map<string, number>();
  readonly #frames = new Map<string, { readonly index: number; readonly entry: FrameEntry }>();
  readonly #stacks = new Map<string, { readonly index: number; readonly frames: readonly number[] }>();
  readonly #known = new WeakMap<readonly Frame[], number>();
  readonly #inApplication = new Set<number>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  stack(frames: readonly Frame[]): number {
    const known = this.#known.get(frames);
    if (known !== undefined) return known;
    const indices = frames.slice(0, deepestStack).map((frame) => this.#frame(frame));
    const key = indices.join(' ');
    const entry = this.#stacks.get(key) ?? { index: this.#stacks.size, frames: indices };
    this.#stacks.set(key, entry);
    this.#known.set(frames, entry.index);
    if (frames.some(isApplicationFrame)) this.#inApplication.add(entry.index);
    return entry.index;
  }

  isInApplication(stack: number): boolean {
    return this.#inApplication.has(stack);
  }

  written(): Pick<DumpList, 'files' | 'frames' | 'stacks'> {
    return {
      files: [...this.#files.keys()],
      frames: [...this.#frames.values()].map(({ entry }) => entry),
      stacks: [...this.#stacks.values()].map(({ frames }) => frames),
    };
  }

  #frame(frame: Frame): number {
    const key = `${frame.line} ${frame.file} ${frame.function}`;
    const known = this.#frames.get(key);
    if (known) return known.index;
    const isApplication = isApplicationFrame(frame);
    const file = isApplication ? location(frame, this.#evidence).file : libraryFile(frame.file);
    const source = isApplication ? codeAt(frame, this.#evidence.sources) : undefined;
    const shown = [frame.function, this.#file(file), frame.line, isApplication ? 1 : 0] as const;
    const entry: FrameEntry = source === undefined ? shown : [...shown, source];
    const index = this.#frames.size;
    this.#frames.set(key, { index, entry });
    return index;
  }

  #file(name: string): number {
    const index = this.#files.get(name) ?? this.#files.size;
    this.#files.set(name, index);
    return index;
  }
}
