/** `result.json`: what was concluded. The type and the published schema both come from here. */
import * as z from 'zod';
import { earlierResultSchema } from '../evidence/baseline-schema.ts';
import { findingSchema, locationSchema, outcomes, reasons } from '../rules/rule.ts';

export const resultSchemaVersion = 1;

const ms = z.number();

const probeSummary = z
  .object({
    path: z.string(),
    count: z.number().int(),
    p50Ms: ms.nullable(),
    p99Ms: ms.nullable(),
    maxMs: ms.nullable().describe('The longest that a probe took or waited in vain.'),
    missed: z.number().int().describe('Probes that were not answered within the deadline, or fail since.'),
  })
  .readonly();

const stall = z
  .object({
    pid: z.number().int().nullable(),
    startMs: ms,
    durationMs: ms,
    firstDumpMs: ms.nullable(),
  })
  .readonly();

const attempt = z
  .object({
    verdict: z.enum(outcomes),
    reason: z.enum(reasons),
    message: z.string(),
    longestWaitMs: ms
      .nullable()
      .describe('The longest that a probe took or waited in vain; `null` when none was sent.'),
    durationMs: ms,
  })
  .readonly();

/** What one boot by itself showed. */
export type Attempt = z.infer<typeof attempt>;

const figures = z.object({ p50Ms: ms.nullable(), maxMs: ms.nullable(), missed: z.number().int() }).readonly();

const comparison = z
  .object({
    path: z.string().describe('The baseline, as the settings name it.'),
    verdict: z.enum(outcomes).describe('How it ended.'),
    reason: z.string(),
    newOnly: z.boolean().describe('What is known fails no run.'),
    findings: z
      .array(
        z
          .object({
            change: z.enum(['new', 'known', 'grown', 'gone', 'unseen']),
            ruleId: z.string(),
            fingerprint: z.string().nullable(),
            message: z.string(),
          })
          .readonly(),
      )
      .readonly()
      .describe(
        'What fails a run, in both of them. `grown`: known, and worse. `gone`: only in the baseline, and this run would have seen it. `unseen`: only in the baseline, and this run ended too early to tell.',
      ),
    probes: z
      .array(z.object({ path: z.string(), before: figures.nullable(), now: figures.nullable() }).readonly())
      .readonly()
      .describe('Of each route; `null` where one of the runs did not probe it.'),
    longestStallMs: z
      .object({ before: ms.nullable(), now: ms.nullable() })
      .readonly()
      .describe('`null` where there was no silence.'),
    leaks: z
      .array(
        z.object({ noun: z.string(), before: z.number().nullable(), now: z.number().nullable() }).readonly(),
      )
      .readonly()
      .describe('A stream; `null` where it does not grow.'),
    notExercised: z.array(z.string()).readonly().describe('What this run did not get to, for people.'),
  })
  .readonly();

/** This run beside an earlier one, the baseline. */
export type Comparison = z.infer<typeof comparison>;
export type ProbeFigures = z.infer<typeof figures>;

export const resultSchema = z
  .object({
    schemaVersion: z.literal(resultSchemaVersion),
    verdict: z.enum(outcomes),
    reason: z.enum(reasons).describe('Why, see the table of verdicts in the README.'),
    message: z.string().describe('The verdict as one sentence for people.'),
    culprit: locationSchema.nullable().describe('The blocking line.'),
    findings: z.array(findingSchema).readonly().describe('The weightiest first.'),
    attempts: z
      .array(attempt)
      .readonly()
      .describe('Each boot of the run, the last one the one that everything else here tells of.'),
    probes: z.array(probeSummary).readonly().describe('One for each route.'),
    streams: z
      .object({
        opened: z.number().int().describe('Streams that sent a byte.'),
        aborted: z.number().int(),
        endedEarly: z.number().int().describe('Ended by the backend before they were to be aborted.'),
        refused: z.number().int(),
        events: z.number().int(),
      })
      .readonly(),
    stalls: z.array(stall).readonly().describe('Spans in which a probe waited for longer than `dump-after`.'),
    processes: z
      .array(z.object({ pid: z.number().int(), role: z.string(), python: z.string().nullable() }).readonly())
      .readonly(),
    dumps: z.array(z.string()).readonly().describe('Files relative to the report folder.'),
    durationMs: ms,
    phases: z.array(z.object({ name: z.string(), startMs: ms, durationMs: ms }).readonly()).readonly(),
    leaks: z
      .array(z.object({ noun: z.string(), perStream: z.number() }).readonly())
      .readonly()
      .describe('What grows with every aborted stream, and by how much of it a stream.'),
    settings: earlierResultSchema.shape.settings.describe('What two runs have to share to be compared.'),
    baseline: comparison.optional().describe('Only where a baseline was given.'),
  })
  .readonly()
  .describe('Times are milliseconds; `startMs` and `firstDumpMs` count from the beginning of the run.');

export type Result = z.infer<typeof resultSchema>;
