import { reportFiles } from '../../report-folder/report-folder.ts';
import { fileReporter } from '../file-reporter.ts';
import type { Reporter } from '../reporter.ts';
import { collapsedStacks } from './collapsed.ts';
import { sampledThreads } from './samples.ts';
import { speedscopeFile } from './speedscope.ts';

const reporters = [
  fileReporter('speedscope', reportFiles.speedscope, (report) => JSON.stringify(speedscopeFile(report))),
  fileReporter('collapsed stacks', reportFiles.collapsed, ({ evidence }) => collapsedStacks(evidence)),
];

/** The samples of the dumps, for speedscope and for tools that draw flame graphs. */
export const stacksReport: Reporter = {
  name: 'stacks',
  report: async (report, files) => {
    // A file without a profile is one that speedscope cannot open.
    if (sampledThreads(report.evidence).length === 0) return;
    for (const reporter of reporters) await reporter.report(report, files);
  },
};
