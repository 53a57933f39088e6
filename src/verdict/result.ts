/** `result.json`: what was concluded. The type and the published schema both come from here. */
import * as z from 'zod';
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
  })
  .readonly()
  .describe('Times are milliseconds; `startMs` and `firstDumpMs` count from the beginning of the run.');

export type Result = z.infer<typeof resultSchema>;
