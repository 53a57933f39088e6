import type { Evidence } from '../evidence/schema.ts';

export type Outcome = 'pass' | 'fail' | 'inconclusive';

/** Why a verdict is what it is; see the table in the README. */
export type Reason =
  | 'healthy'
  | 'known-findings'
  | 'loop-blocked'
  | 'service-unresponsive'
  | 'boot-blocked'
  | 'crashed'
  | 'worker-replaced'
  | 'stream-refused'
  | 'leak'
  | 'not-ready'
  | 'not-exercised'
  | 'runner-starved'
  | 'loop-unproven'
  | 'port-in-use'
  | 'gate-failed'
  | 'interrupted';

/** A place in the code; `file` relative to the workspace where it lies in it. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly function: string;
}

/** One diagnosis. */
export interface Finding {
  /** Of the rule, or of the cause that it found; also the name of its page, `docs/rules/<id>.md`. */
  readonly ruleId: string;
  /** `error` decides the verdict; `warning` and `note` only tell. */
  readonly level: 'error' | 'warning' | 'note';
  /** One sentence: what was expected, what was seen, where. */
  readonly message: string;
  readonly location: Location | null;
  readonly pid: number | null;
  /** What to change; `null` where the gate does not know. */
  readonly fix: string | null;
  /** Its page, relative to the root of this repository. */
  readonly page: string;
  /** The same in two runs for the same thing; `null` where nothing tells that. See `fingerprint.ts`. */
  readonly fingerprint: string | null;
  /** It was in the baseline too, so that it only warns where new findings alone count. */
  readonly known?: true;
}

/** Where a finding of this rule or cause is explained. */
export function pageOf(ruleId: string): string {
  return `docs/rules/${ruleId}.md`;
}

/** What a rule says. Without a `ruleId` of its own, that of a cause, the finding gets the rule's. */
export type Statement = Pick<Finding, 'message'> &
  Partial<Pick<Finding, 'ruleId' | 'level' | 'location' | 'pid' | 'fix'>> & {
    readonly reason?: Reason;
    /** What it is about, where a line of code does not say it all; a part of the fingerprint. */
    readonly subject?: string;
  };

/** A pure function of the evidence. See `docs/adding-a-rule.md`. */
export interface Rule {
  readonly id: string;
  /** The question that it answers, for the table of rules. */
  readonly title: string;
  /** The verdict when it speaks at level `error`. */
  readonly outcome: Exclude<Outcome, 'pass'>;
  /** The reason when it speaks at level `error`, unless its statement names another. */
  readonly reason: Reason;
  /** `undefined` when it has nothing to say. */
  evaluate(evidence: Evidence): Statement | undefined;
}
