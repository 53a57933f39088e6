import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportFiles } from '../../report-folder.ts';
import type { Reporter } from '../reporter.ts';
import { renderHtml } from './render.ts';

/** `report.html`, the page to look at. */
export const htmlReport: Reporter = {
  name: 'html',
  report: (report) => writeFile(join(report.reportDir, reportFiles.html), renderHtml(report)),
};
