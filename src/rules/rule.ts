import * as z from 'zod';
import type { Evidence } from '../evidence/schema.ts';

export const outcomes = ['pass', 'fail', 'inconclusive'] as const;
export type Outcome = (typeof outcomes)[number];

export const reasons = [
  'healthy',
  'known-findings',
  'loop-blocked',
  'service-unresponsive',
  'boot-blocked',
  'crashed',
  'worker-replaced',
  'stream-refused',
  'leak',
  'shutdown-blocked',
  'not-ready',
  'not-exercised',
  'runner-starved',
  'not-reproduced',
  'backend-stopped',
  'loop-unproven',
  'port-in-use',
  'gate-failed',
  'interrupted',
] as const;
/** Why a verdict is what it is; see the table in the README. */
export type Reason = (typeof reasons)[number];

export const locationSchema = z
  .object({
    file: z.string().describe('Relative to the workspace where it lies in it.'),
    line: z.number().int(),
    function: z.string(),
  })
  .readonly();

/** A place in the code. */
export type Location = z.infer<typeof locationSchema>;

export const findingSchema = z
  .object({
    ruleId: z.string().describe('Of the rule, or of the cause that it found; also the name of its page.'),
    level: z
      .enum(['error', 'warning', 'note'])
      .describe('`error` decides the verdict; `warning` and `note` only tell.'),
    message: z.string().describe('One sentence: what was expected, what was seen, where.'),
    location: locationSchema.nullable(),
    waitedOn: z
      .array(locationSchema)
      .readonly()
      .optional()
      .describe('Where those stand that are waited for, as far as that is certain.'),
    pid: z.number().int().nullable(),
    fix: z.string().nullable().describe('What to change; `null` where the gate does not know.'),
    page: z.string().describe('Its page, relative to the root of the repository of hang-gate.'),
    fingerprint: z
      .string()
      .nullable()
      .describe('The same in two runs for the same thing; `null` where nothing tells that.'),
    behind: z
      .literal(true)
      .optional()
      .describe(
        'It would decide the verdict, were it not for an error that is weightier and did not end the run.',
      ),
    known: z
      .literal(true)
      .optional()
      .describe('It was in the baseline too, so that it only warns where new findings alone count.'),
  })
  .readonly();

/** One diagnosis. */
export type Finding = z.infer<typeof findingSchema>;

/** Where a finding of this rule or cause is explained. */
export function pageOf(ruleId: string): string {
  return `docs/rules/${ruleId}.md`;
}

/** What a rule says. Without a `ruleId` of its own, that of a cause, the finding gets the rule's. */
export type Statement = Pick<Finding, 'message'> &
  Partial<Omit<Finding, 'message' | 'page' | 'fingerprint' | 'known' | 'behind'>> & {
    readonly reason?: Reason;
    /** What it is about, where a line of code does not say it all; a part of the fingerprint. */
    readonly subject?: string;
    /** Only time tells: a busy machine could look the same, so it takes a second attempt on a fresh boot. */
    readonly restsOnLatency?: boolean;
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
