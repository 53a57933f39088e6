import type { Report, Reporter } from './reporter.ts';

/** A reporter that writes one file of the report folder, and is otherwise a pure function of the report. */
export function fileReporter(name: string, file: string, render: (report: Report) => string): Reporter {
  return {
    name,
    report: (report, files) => files.write(file, render(report)),
  };
}
