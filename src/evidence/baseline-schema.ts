/** What is kept of an earlier run's `result.json`, to be compared with this run. */
import * as z from 'zod';

const figures = z.object({
  path: z.string(),
  p50Ms: z.number().nullable(),
  maxMs: z.number().nullable(),
  missed: z.number().int(),
});

export const earlierResultSchema = z.object({
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reason: z.string(),
  /** What two runs have to share, or their figures say nothing about each other. */
  settings: z.object({
    /** Method and path. */
    stream: z.string(),
    probes: z.array(z.string()),
    deadlineMs: z.number(),
    clients: z.number().int(),
    waves: z.number().int(),
    upstream: z.string(),
  }),
  findings: z.array(
    z.object({
      ruleId: z.string(),
      level: z.enum(['error', 'warning', 'note']),
      message: z.string(),
      fingerprint: z.string().nullable(),
      known: z.literal(true).optional(),
      behind: z.literal(true).optional(),
    }),
  ),
  probes: z.array(figures),
  stalls: z.array(z.object({ durationMs: z.number() })),
  leaks: z.array(z.object({ noun: z.string(), perStream: z.number() })),
});

export const baselineSchema = z.object({
  /** As the settings name it. */
  path: z.string(),
  /** What is known fails no run. */
  newOnly: z.boolean(),
  result: earlierResultSchema,
});

export type Baseline = z.infer<typeof baselineSchema>;
export type EarlierResult = z.infer<typeof earlierResultSchema>;
