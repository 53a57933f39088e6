/** What the page is given: every figure worked out, every list bounded, so that the page itself only draws. */
import type { LoopLaneState } from '../../analysis/loop-states.ts';
import type { Outcome } from '../../rules/rule.ts';
import type { ExcerptLine } from '../excerpt.ts';
import type { TriageRow } from '../triage-row.ts';

/** All times are milliseconds since the run began. Sentences may hold `code` marks. */
export interface PageModel {
  readonly verdict: Outcome;
  readonly reason: string;
  readonly message: string;
  /** What has to be known of the report before it is read. */
  readonly notices: readonly Notice[];
  readonly culprit: SourcePlace | null;
  /** Where those stand that the culprit waits for. */
  readonly waitsFor: (SourcePlace & { readonly threads: number }) | null;
  readonly fix: string | null;
  readonly rulePage: RulePage | null;
  readonly facts: readonly Fact[];
  readonly otherFindings: readonly OtherFinding[];
  readonly checks: readonly TriageRow[];
  /** `null` where no baseline was given. */
  readonly baseline: BesideBaseline | null;
  readonly timeline: Timeline;
  readonly dumps: DumpList;
  /** How each loop was seen at the end; empty when the run did not get that far. */
  readonly proofs: readonly ProofRow[];
  readonly tables: readonly Table[];
  readonly log: Log;
  readonly repeat: readonly RepeatStep[];
  /** What was summed up or left out to keep the page small, a sentence each. */
  readonly bounds: readonly string[];
  readonly run: Run;
}

export interface Notice {
  /** `attempt`: this is not the first one. `trouble`: something of the report is missing. */
  readonly kind: 'attempt' | 'trouble';
  readonly text: string;
}

/** This run beside an earlier one. */
export interface BesideBaseline {
  readonly ended: string;
  readonly findings: readonly {
    readonly isNew: boolean;
    /** What has become of it since. */
    readonly change: string;
    readonly name: string;
    readonly message: string;
  }[];
  /** Further findings that are not listed. */
  readonly unlisted: number;
  readonly tables: readonly Table[];
  readonly notTested: string | null;
}

export interface SourcePlace {
  /** `file:line`. */
  readonly place: string;
  readonly function: string;
  readonly lines: readonly ExcerptLine[];
}

export interface RulePage {
  readonly id: string;
  /** Relative to the root of this repository. */
  readonly path: string;
  /** `null` where the repository's address is not known. */
  readonly url: string | null;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface OtherFinding {
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly fix: string | null;
  readonly page: RulePage;
}

export interface Timeline {
  readonly endMs: number;
  /** The part of the run that tells the story; the whole of a green one. */
  readonly focus: readonly [fromMs: number, toMs: number];
  readonly deadlineMs: number;
  readonly phases: readonly Span[];
  readonly waves: readonly WaveRow[];
  readonly streams: StreamLane;
  readonly probes: readonly ProbeLane[];
  readonly silences: readonly SilenceSpan[];
  readonly workers: readonly WorkerLane[];
  /** When the gate itself was not scheduled. */
  readonly delays: readonly Span[];
  readonly moments: readonly { readonly atMs: number; readonly text: string }[];
}

export interface Span {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly note: string | null;
}

export interface WaveRow {
  readonly index: number;
  readonly abort: string;
  readonly openedMs: number;
  readonly abortedMs: number | null;
  readonly settledMs: number | null;
  readonly streams: number;
  /** Of these, open and sending when they were aborted. */
  readonly exercised: number;
  readonly events: number;
  readonly slowestFirstByteMs: number | null;
}

export interface StreamLane {
  readonly total: number;
  /** Every stream with a row of its own, or none when there are too many to be told apart. */
  readonly each: readonly StreamMark[];
  readonly rows: number;
  /** How many were open, and how many of these had sent something, from each moment on. */
  readonly open: readonly (readonly [atMs: number, open: number, sending: number])[];
  readonly mostOpen: number;
}

export interface StreamMark {
  readonly row: number;
  readonly wave: number;
  readonly openedMs: number;
  readonly firstByteMs: number | null;
  readonly endedMs: number;
  readonly events: number;
  readonly status: number | null;
  /** `reset`, `close` and `early` are our aborts; `ended` and `failed` are not ours; `open` was never ended. */
  readonly end: string;
}

/** `waiting` had not missed the deadline when probing ended. */
export const probeKinds = ['answered', 'missed', 'waiting', 'failed', 'server-error'] as const;

export interface ProbeLane {
  readonly path: string;
  readonly discovered: boolean;
  /** `kind` is an index of `probeKinds`. */
  readonly each: readonly (readonly [sentMs: number, waitedMs: number, kind: number])[];
  /** The answered ones that are not drawn by themselves. */
  readonly bins: readonly (readonly [
    fromMs: number,
    toMs: number,
    count: number,
    fastestMs: number,
    medianMs: number,
    slowestMs: number,
  ])[];
}

export interface SilenceSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly paths: readonly string[];
  readonly isOver: boolean;
}

export interface WorkerLane {
  readonly pid: number;
  readonly label: string;
  readonly goneMs: number | null;
  readonly spans: readonly {
    readonly startMs: number;
    readonly endMs: number;
    readonly state: LoopLaneState;
    readonly detail: string;
  }[];
}

export interface DumpList {
  readonly dumps: readonly DumpView[];
  readonly files: readonly string[];
  /** `source` is the line itself, where it was kept. */
  readonly frames: readonly (readonly [
    name: string,
    file: number,
    line: number,
    isApplication: 0 | 1,
    source?: string,
  ])[];
  /** Places in `frames`, innermost first. */
  readonly stacks: readonly (readonly number[])[];
}

export interface DumpView {
  readonly pid: number;
  readonly trigger: string;
  readonly source: string;
  readonly atMs: number;
  readonly tookMs: number;
  readonly error: string | null;
  readonly files: readonly string[];
  /** Of the loop, as its frames and the kernel tell; `null` when the process shows no loop. */
  readonly loop: string | null;
  readonly kernel: string | null;
  readonly groups: readonly ThreadGroup[];
  /** Further threads that are not shown. */
  readonly omitted: number;
}

/** Threads with the same stack. */
export interface ThreadGroup {
  /** `waited-on`: the loop waits for it, by the rule that explains its place. */
  readonly role: 'loop' | 'waited-on' | 'other';
  readonly stack: number;
  readonly ownsGil: boolean;
  readonly threads: readonly { readonly tid: number | null; readonly name: string | null }[];
  /** More of them than are named. */
  readonly unnamed: number;
}

export interface ProofRow {
  readonly pid: number;
  readonly result: 'free' | 'no-loop' | 'stuck' | 'unseen';
  readonly detail: string;
  /** The innermost frames of its loop in the last of these dumps. */
  readonly frames: readonly string[];
  /** Place in `dumps`, `null` when it is not among them. */
  readonly dump: number | null;
}

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How to read it. */
  readonly note?: string;
  /** Rows that are the point of the table. */
  readonly marked?: readonly number[];
}

export interface Log {
  readonly lines: readonly { readonly atMs: number | null; readonly text: string }[];
  readonly note: string;
}

export interface RepeatStep {
  readonly title: string;
  readonly note: string;
  readonly command: string;
}

export interface Run {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly gate: string;
  readonly system: string;
  readonly command: string;
  readonly workingDirectory: string;
  readonly stream: string;
  readonly upstream: string;
}
