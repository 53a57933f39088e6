import * as core from '@actions/core';
import type { Report, Reporter } from '../reporter.ts';
import { harmless } from '../text.ts';

export interface OutputMeta {
  readonly description: string;
  readonly value: (report: Report) => string | number;
}

/** The Action's outputs, but for those of the artifact; `action.yml` is generated from this table. */
export const outputs: Readonly<Record<string, OutputMeta>> = {
  verdict: { description: '`pass`, `fail` or `inconclusive`.', value: ({ result }) => result.verdict },
  reason: { description: 'Why, such as `healthy` or `loop-blocked`.', value: ({ result }) => result.reason },
  message: { description: 'The verdict as one sentence.', value: ({ result }) => harmless(result.message) },
  culprit: {
    description: '`file:line` of the blocking line; empty when there is none.',
    value: ({ result }) => (result.culprit ? harmless(`${result.culprit.file}:${result.culprit.line}`) : ''),
  },
  'max-latency-ms': {
    description: 'The longest that a probe took or waited in vain, in milliseconds.',
    value: ({ result }) => Math.round(Math.max(0, ...result.probes.map(({ maxMs }) => maxMs ?? 0))),
  },
  'report-dir': { description: 'Folder of the report.', value: ({ reportDir }) => reportDir },
  'result-json': {
    description: 'The whole of `result.json`.',
    // A later step may print it, and the runner obeys `##[` anywhere in a line. The escape means the same in JSON.
    value: ({ result }) => JSON.stringify(result).replaceAll('##[', '##\\u005b'),
  },
};

export const actionOutputs: Reporter = {
  name: 'outputs',
  report: (report) => {
    for (const [name, { value }] of Object.entries(outputs)) core.setOutput(name, value(report));
  },
};
