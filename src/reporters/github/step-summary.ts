import * as core from '@actions/core';
import { renderSummary } from '../job-summary.ts';
import { troublesOf } from '../markdown-troubles.ts';
import type { Reporter } from '../reporter.ts';

/** The summary on the job's page. */
export const stepSummary: Reporter = {
  name: 'job summary',
  report: async (report) => {
    await core.summary.addRaw(renderSummary(report)).write();
  },
  addTroubles: async (troubles) => {
    await core.summary.addRaw(`\n${troublesOf({ troubles }).join('\n\n')}\n`).write();
  },
};
